import type { Issues } from '../issue.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from '../schema.ts'
import { normalizedDefinition } from './normalized.ts'

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * The name of a host, kept as text in small letters: labels of letters, digits and dashes. It may
 * be one label alone (`localhost`); no address.
 *
 * @throws {OptionError} on unknown options
 * @see RFC 1123, section 2.1
 */
export function hostname(options: SchemaInfo<string> = {}): Schema<string> {
  checkSchemaOptions('hostname', options, [])
  const message = 'Input should be a valid host name'
  const type = 'hostname'
  const read = (text: string, issues: Issues): unknown => {
    const name = text.length <= 253 ? text.toLowerCase() : ''
    const labels = name.split('.')
    const isAddress = /^\d+$/.test(labels.at(-1)!)
    const isName = !isAddress && labels.every((label) => LABEL.test(label))
    return isName ? name : issues.add(type, message, text)
  }
  const facts = { type: 'string', format: 'hostname' }
  return defineSchema(normalizedDefinition('hostname', read, facts, { type, message }), options)
}
