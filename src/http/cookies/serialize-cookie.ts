import { describe, OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { CookieSigner } from './cookie-signer.ts'

/** What a browser is told about a cookie. */
export interface CookieOptions {
  /** Seconds until it is forgotten; 0 deletes it. Default: when the browser is closed. */
  readonly maxAgeSeconds?: number
  /** When it is forgotten; `maxAgeSeconds` goes before it. */
  readonly expires?: Date
  /** Also for the subdomains of this one. Default: only the host that sends it. */
  readonly domain?: string
  /** For this path and below; default `/`. */
  readonly path?: string
  /** Only over TLS; default false. */
  readonly secure?: boolean
  /** Not for scripts; default true. */
  readonly httpOnly?: boolean
  /** Whether requests that other sites cause carry it; default `lax`. `none` needs `secure`. */
  readonly sameSite?: 'strict' | 'lax' | 'none'
  /** One for each site that embeds this one (CHIPS); needs `secure`. */
  readonly partitioned?: boolean
  /** Which ones go first when there are too many (Chromium). */
  readonly priority?: 'low' | 'medium' | 'high'
  /** Signs the value, which may then be any text; read it with the same. */
  readonly signer?: CookieSigner
}

/** A cookie to be sent. */
export interface Cookie extends CookieOptions {
  readonly name: string
  readonly value: string
}

const OPTION_NAMES = [
  'maxAgeSeconds',
  'expires',
  'domain',
  'path',
  'secure',
  'httpOnly',
  'sameSite',
  'partitioned',
  'priority',
  'signer',
]

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[!#-+\--:<-[\]-~]*$/
const PATH = /^\/[ -:<-~]*$/
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i
/** Browsers drop cookies and attributes beyond these: RFC 6265bis, 5.6 and 5.7. */
const MAX_PAIR_BYTES = 4096
const MAX_ATTRIBUTE_BYTES = 1024

const SAME_SITES = { strict: 'Strict', lax: 'Lax', none: 'None' }
const PRIORITIES = { low: 'Low', medium: 'Medium', high: 'High' }

/**
 * The value of a `set-cookie` header.
 *
 * What browsers would silently refuse is an error here: a name with a prefix such as `__Host-`
 * whose rules are not kept, `sameSite: 'none'` without `secure`, more than 4096 bytes.
 *
 * @param value - printable ASCII without blanks, quotes, commas, semicolons and backslashes; use
 * `encodeURIComponent` for other text, or a `signer`
 * @throws {OptionError} naming the part that cannot be sent
 * @see RFC 6265bis, section 4.1
 */
export function serializeCookie(name: string, value: string, options: CookieOptions = {}): string {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new OptionError('cookie name', name, "a token: letters, digits and !#$%&'*+-.^_`|~")
  }
  const where = `cookie ${name}`
  rejectUnknownOptions(where, options, OPTION_NAMES)
  const { signer, domain } = options
  if (typeof value !== 'string') throw new OptionError(`${where} value`, value, 'a string')
  if (signer !== undefined && !(signer instanceof CookieSigner)) {
    throw new OptionError(`${where}.signer`, signer, 'a CookieSigner')
  }
  const path = options.path ?? '/'
  checkText(`${where}.path`, path, PATH, "a path that begins with '/', without ';'")
  if (domain !== undefined) {
    checkText(`${where}.domain`, domain, DOMAIN, 'a host name, without a dot in front')
  }
  const flags = checkFlags(where, options)
  checkPrefix(where, name, { ...flags, path, domain })
  const pair = `${name}=${sentValue(where, name, value, signer)}`
  if (pair.length > MAX_PAIR_BYTES) {
    const expected = `at most ${MAX_PAIR_BYTES}, name and signature included`
    throw new OptionError(`${where} length`, pair.length, expected)
  }
  return [
    pair,
    ...expiry(where, options),
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    `Path=${path}`,
    ...attributes(where, options, flags),
  ].join('; ')
}

function sentValue(
  where: string,
  name: string,
  value: string,
  signer: CookieSigner | undefined,
): string {
  if (signer !== undefined) return signer.sign(name, value)
  if (VALUE.test(value)) return value
  const expected = 'printable ASCII without blanks, quotes, ",", ";" and "\\", or encoded'
  throw new OptionError(`${where} value`, value, expected)
}

interface Flags {
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly partitioned: boolean
}

function checkFlags(where: string, options: CookieOptions): Flags {
  const { secure = false, httpOnly = true, partitioned = false } = options
  const flags = { secure, httpOnly, partitioned }
  for (const [flag, value] of Object.entries(flags)) {
    if (typeof value !== 'boolean') throw new OptionError(`${where}.${flag}`, value, 'a boolean')
  }
  if (!secure && options.sameSite === 'none') {
    throw new OptionError(`${where}.secure`, secure, "true where sameSite is 'none'")
  }
  if (!secure && partitioned) {
    throw new OptionError(`${where}.secure`, secure, 'true where partitioned is')
  }
  return flags
}

/** Prefixes are compared in any case, as browsers do. RFC 6265bis, 4.1.3. */
function checkPrefix(
  where: string,
  name: string,
  given: Flags & { readonly path: string; readonly domain: string | undefined },
): void {
  const [prefix] = /^__(?:Secure|Host-Http|Host|Http)-/i.exec(name) ?? []
  if (prefix === undefined) return
  const kind = prefix.toLowerCase()
  if (!given.secure)
    throw new OptionError(`${where}.secure`, false, `true for the prefix ${prefix}`)
  if (kind.endsWith('http-') && !given.httpOnly) {
    throw new OptionError(`${where}.httpOnly`, false, `true for the prefix ${prefix}`)
  }
  if (!kind.startsWith('__host-')) return
  if (given.path !== '/') {
    throw new OptionError(`${where}.path`, given.path, `'/' for the prefix ${prefix}`)
  }
  if (given.domain !== undefined) {
    throw new OptionError(`${where}.domain`, given.domain, `absent for the prefix ${prefix}`)
  }
}

function expiry(where: string, { maxAgeSeconds, expires }: CookieOptions): string[] {
  const parts: string[] = []
  if (maxAgeSeconds !== undefined) {
    parts.push(`Max-Age=${integerOption(`${where}.maxAgeSeconds`, maxAgeSeconds, 0)}`)
  }
  if (expires !== undefined) {
    const year = expires instanceof Date ? expires.getUTCFullYear() : Number.NaN
    if (!(year >= 1601 && year <= 9999)) {
      throw new OptionError(`${where}.expires`, expires, 'a valid Date of the years 1601 to 9999')
    }
    parts.push(`Expires=${expires.toUTCString()}`)
  }
  return parts
}

function attributes(
  where: string,
  { sameSite = 'lax', priority }: CookieOptions,
  flags: Flags,
): string[] {
  const parts: string[] = []
  if (flags.secure) parts.push('Secure')
  if (flags.httpOnly) parts.push('HttpOnly')
  parts.push(`SameSite=${choice(`${where}.sameSite`, SAME_SITES, sameSite)}`)
  if (flags.partitioned) parts.push('Partitioned')
  if (priority !== undefined) {
    parts.push(`Priority=${choice(`${where}.priority`, PRIORITIES, priority)}`)
  }
  return parts
}

function choice(where: string, choices: Readonly<Record<string, string>>, given: string): string {
  const found = Object.hasOwn(choices, given) ? choices[given] : undefined
  if (found !== undefined) return found
  throw new OptionError(where, given, `one of ${Object.keys(choices).map(describe).join(', ')}`)
}

function checkText(where: string, value: unknown, pattern: RegExp, expected: string): void {
  if (typeof value !== 'string' || !pattern.test(value) || value.length > MAX_ATTRIBUTE_BYTES) {
    throw new OptionError(where, value, expected)
  }
}
