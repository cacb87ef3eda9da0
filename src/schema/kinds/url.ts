import { OptionError } from '../../core/errors.ts'
import { integerOption } from '../../core/options.ts'
import type { Issues } from '../issue.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from '../schema.ts'
import { listExpected, plural } from '../text.ts'
import { normalizedDefinition } from './normalized.ts'

export interface UrlOptions extends SchemaInfo<string> {
  /** Schemes that are accepted, without colon; default any. */
  readonly schemes?: readonly string[]
  /** In UTF-16 units; default no limit. */
  readonly maxLength?: number
}

/**
 * An absolute URL of any scheme, kept as text in its normal form: scheme and host in small letters,
 * default port left out, `/` for an empty path, other characters escaped.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see WHATWG URL Standard
 */
export function url(options: UrlOptions & HasDefault): Schema<string, string | undefined>
export function url(options?: UrlOptions): Schema<string>
export function url(options: UrlOptions = {}): Schema<string> {
  checkSchemaOptions('url', options, ['schemes', 'maxLength'])
  const max = integerOption('url().maxLength', options.maxLength, Number.MAX_SAFE_INTEGER, 1)
  const protocols = protocolsOf(options.schemes)
  const expected = listExpected(options.schemes ?? [])
  const checkText = (text: string, issues: Issues): unknown => {
    if (text.length > max) {
      const message = `URL should have at most ${max} character${plural(max)}`
      return issues.add('url_too_long', message, text, { max_length: max })
    }
    const found = parse(text)
    if (typeof found === 'string') {
      const message = `Input should be a valid URL, ${found}`
      return issues.add('url_parsing', message, text, { error: found })
    }
    if (protocols?.has(found.protocol) !== false) return found.href
    const message = `URL scheme should be ${expected}`
    return issues.add('url_scheme', message, text, { expected_schemes: expected })
  }
  const facts = {
    format: 'uri',
    ...(options.maxLength === undefined ? undefined : { maxLength: max }),
    minLength: 1,
    type: 'string',
  }
  const failure = { type: 'url_type', message: 'URL input should be a string or URL' }
  return defineSchema(normalizedDefinition('url', checkText, facts, failure), options)
}

/**
 * An absolute URL with the scheme `http` or `https`, of at most 2,083 characters.
 *
 * @throws {OptionError} on unknown options
 */
export function httpUrl(
  options: SchemaInfo<string> & HasDefault,
): Schema<string, string | undefined>
export function httpUrl(options?: SchemaInfo<string>): Schema<string>
export function httpUrl(options: SchemaInfo<string> = {}): Schema<string> {
  checkSchemaOptions('httpUrl', options, [])
  return url({ ...options, schemes: ['http', 'https'], maxLength: 2083 })
}

function protocolsOf(schemes: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (schemes === undefined) return undefined
  for (const scheme of schemes.length === 0 ? [''] : schemes) {
    if (/^[a-z][a-z0-9+.-]*$/.test(scheme)) continue
    throw new OptionError('url().schemes', scheme, 'names such as https, without colon')
  }
  return new Set(schemes.map((scheme) => `${scheme}:`))
}

/** What is wrong, or the URL. */
function parse(text: string): URL | string {
  if (text.trim() === '') return 'input is empty'
  return URL.canParse(text) ? new URL(text) : explain(text.trim())
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/i
const AUTHORITY = /^[a-z][a-z0-9+.-]*:[/\\]{2}(?:[^/\\?#@]*@)?([^/\\?#]*)/i

function explain(text: string): string {
  if (!SCHEME.test(text)) return 'relative URL without a base'
  const authority = AUTHORITY.exec(text)?.[1]
  if (authority === undefined || authority === '' || authority.startsWith(':')) return 'empty host'
  const colon = authority.lastIndexOf(':')
  const bracket = authority.lastIndexOf(']')
  const port = colon > bracket ? authority.slice(colon + 1) : ''
  if (!/^\d*$/.test(port) || Number(port) > 65_535) return 'invalid port number'
  if (authority.startsWith('[')) return 'invalid IPv6 address'
  const host = colon > bracket ? authority.slice(0, colon) : authority
  const labels = host.split('.')
  const last = labels.at(-1) === '' ? labels.at(-2) : labels.at(-1)
  return /^(?:\d+|0x[0-9a-f]*)$/i.test(last ?? '')
    ? 'invalid IPv4 address'
    : 'invalid international domain name'
}
