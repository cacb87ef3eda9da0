import { HttpResponse } from '../../http/index.ts'
import { Reply } from './reply.ts'
import type { Responder } from './responder.ts'

/**
 * Answers with plain results under the media type of their route: texts, bytes and streams as they
 * are, everything else as JSON. A result that says its type itself keeps it.
 *
 * @param respond - makes the response of a JSON route with the same `out`
 * @param isChecked - whether `out` says what texts may leave
 */
export function typedResponder(
  status: number,
  mediaType: string,
  respond: Responder,
  isChecked: boolean,
): Responder {
  const type = withCharset(mediaType)
  return (result) => {
    if (!isChecked && (typeof result === 'string' || result instanceof Uint8Array)) {
      return new HttpResponse(status, result, type)
    }
    const response = respond(result)
    if (response.body === null || saysItsType(result)) return response
    const { body } = response
    const isText = typeof result === 'string' && typeof body === 'string'
    const sent = isText ? String(JSON.parse(body)) : body
    return new HttpResponse(response.status, sent, type, response.headers)
  }
}

function saysItsType(result: unknown): boolean {
  return result instanceof HttpResponse || result instanceof Reply || result instanceof Response
}

/** Texts are UTF-8, which clients would not guess. */
function withCharset(mediaType: string): string {
  const isBare = /^text\//i.test(mediaType) && !/;\s*charset=/i.test(mediaType)
  return isBare ? `${mediaType}; charset=utf-8` : mediaType
}
