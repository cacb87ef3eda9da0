import { HttpRequest } from '../message/request.ts'
import type { ContentRequest } from './handler.ts'

const LOWER_I = 105
const LOWER_R = 114

/**
 * Whether a request may have a condition or a range: one walk over the names of its fields, where
 * looking for each of the six would take six.
 *
 * @returns true also where it cannot be told
 */
export function mayBeConditional(request: Pick<ContentRequest, 'header'>): boolean {
  if (!(request instanceof HttpRequest)) return true
  const { fields } = request
  for (let at = 0; at < fields.length; at = fields.indexOf('\r\n', at) + 2) {
    const first = fields.charCodeAt(at) | 32
    if (first === LOWER_I && fields.charCodeAt(at + 2) === 45) return true
    if (first === LOWER_R && (fields.charCodeAt(at + 1) | 32) === 97) return true
  }
  return false
}
