import { integerOption } from '../core/options.ts'
import type { Issues } from './issue.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from './schema.ts'
import { textDefinition } from './str.ts'

export interface UuidOptions extends SchemaInfo<string> {
  /** The version it must be of: 4 is random, 7 begins with the time. Default any. */
  readonly version?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
}

/**
 * A UUID in its usual notation, `8-4-4-4-12` hexadecimal digits, kept as text.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see RFC 9562, section 4
 */
export function uuid(options: UuidOptions & HasDefault): Schema<string, string | undefined>
export function uuid(options?: UuidOptions): Schema<string>
export function uuid(options: UuidOptions = {}): Schema<string> {
  checkSchemaOptions('uuid', options, ['version'])
  const { version } = options
  if (version === undefined) {
    const facts = { type: 'string', format: 'uuid' }
    return defineSchema(textDefinition('uuid', [checkUuid], facts), options)
  }
  integerOption('uuid().version', version, 4, 1, 8)
  const facts = { type: 'string', format: `uuid${version}` }
  return defineSchema(textDefinition('uuid', [checkUuid, isVersion(version)], facts), options)
}

/** Version and variant, which says that the version means anything. */
function isVersion(version: number): (text: string, issues: Issues) => boolean {
  return (text, issues) => {
    if (text[14] === String(version) && /[89ab]/i.test(text[19]!)) return true
    const ctx = { expected_version: version }
    issues.add('uuid_version', `UUID version ${version} expected`, text, ctx)
    return false
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const GROUP_LENGTHS = [8, 4, 4, 4, 12]

function checkUuid(text: string, issues: Issues): boolean {
  if (UUID.test(text)) return true
  const error = explainUuid(text)
  issues.add('uuid_parsing', `Input should be a valid UUID, ${error}`, text, { error })
  return false
}

function explainUuid(text: string): string {
  const stray = text.search(/[^0-9a-f-]/i)
  if (stray >= 0) {
    const found = String.fromCodePoint(text.codePointAt(stray) ?? 0)
    return `invalid character: found \`${found}\` at ${stray + 1}`
  }
  const groups = text.split('-')
  if (groups.length === 1) {
    return `invalid length: expected length 32 for simple format, found ${text.length}`
  }
  if (groups.length !== 5) return `invalid group count: expected 5, found ${groups.length}`
  const at = groups.findIndex((group, index) => group.length !== GROUP_LENGTHS[index])
  const found = groups[at]?.length
  return `invalid group length in group ${at}: expected ${GROUP_LENGTHS[at]}, found ${found}`
}

/**
 * An e-mail address of the kind people have: `local@domain.tld`, dot-atom local part, host name
 * domain. Neither quoted local parts nor address literals; says nothing about delivery.
 *
 * @throws {OptionError} on unknown options
 * @see RFC 5321, section 4.1.2; lengths in section 4.5.3.1
 */
export function email(options: SchemaInfo<string> & HasDefault): Schema<string, string | undefined>
export function email(options?: SchemaInfo<string>): Schema<string>
export function email(options: SchemaInfo<string> = {}): Schema<string> {
  checkSchemaOptions('email', options, [])
  return defineSchema(
    textDefinition('email', [checkEmail], { type: 'string', format: 'email' }),
    options,
  )
}

const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

function checkEmail(text: string, issues: Issues): boolean {
  const reason = explainEmail(text)
  if (reason === undefined) return true
  const message = `value is not a valid email address: ${reason}`
  issues.add('value_error', message, text, { reason })
  return false
}

function explainEmail(text: string): string | undefined {
  const at = text.lastIndexOf('@')
  if (at < 0) return 'An email address must have an @-sign.'
  const local = text.slice(0, at)
  if (local === '') return 'There must be something before the @-sign.'
  if (local.length > 64) return 'The email address is too long before the @-sign.'
  if (text.length > 254) return 'The email address is too long.'
  if (!LOCAL.test(local)) return 'The part before the @-sign is not valid.'
  if (text.length === at + 1) return 'There must be something after the @-sign.'
  const labels = text.slice(at + 1).split('.')
  if (labels.length < 2) return 'The part after the @-sign is not valid. It should have a period.'
  if (!labels.every((label) => LABEL.test(label))) return 'The part after the @-sign is not valid.'
  return undefined
}
