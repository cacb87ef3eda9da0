import { Buffer } from 'node:buffer'
import { type AppRequest, SecurityDependency } from '../../app/index.ts'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { HttpError } from '../../http/index.ts'

/** What all schemes may be told. */
export interface SchemeOptions {
  /** Its name in OpenAPI; schemes that differ need names that do. Default: FastAPI's. */
  readonly schemeName?: string
  /** Markdown, for the docs page. */
  readonly description?: string
  /** False: without credentials the value is `undefined`, and no 401 is answered. Default true. */
  readonly autoError?: boolean
}

/** What a scheme gives: with `autoError: false`, perhaps nothing. */
export type Credentials<Value, Options extends SchemeOptions> = Options extends {
  readonly autoError: false
}
  ? Value | undefined
  : Value

const COMMON = ['schemeName', 'description', 'autoError']

/** Takes the credentials of a request: `undefined` if there are none that count. */
export type ReadCredentials<Value> = (request: AppRequest) => Value | undefined

/** What is particular to a scheme. */
export interface SchemeParts<Value> {
  readonly where: string
  readonly options: SchemeOptions
  /** Names of the scheme's own options. */
  readonly known: readonly string[]
  readonly defaultName: string
  readonly definition: Readonly<Record<string, unknown>>
  /** What `www-authenticate` says in a 401. */
  readonly challenge: string
  readonly read: ReadCredentials<Value>
}

/** @throws {OptionError} on unknown or impossible options */
export function defineScheme<Value>(parts: SchemeParts<Value>): SecurityDependency<Value> {
  const { where, options, challenge, read } = parts
  rejectUnknownOptions(where, options, [...COMMON, ...parts.known])
  const { schemeName = parts.defaultName, description, autoError = true } = options
  textOption(`${where}.schemeName`, schemeName, /^[\w.-]+$/, 'letters, digits, ".", "_" and "-"')
  textOption(`${where}.description`, description)
  if (typeof autoError !== 'boolean') {
    throw new OptionError(`${where}.autoError`, autoError, 'a boolean')
  }
  const definition = description === undefined ? {} : { description }
  const scheme = { name: schemeName, definition: { ...parts.definition, ...definition } }
  const provide = (request: AppRequest): Value => {
    const credentials = read(request)
    if (credentials === undefined && autoError) throw notAuthenticated(challenge)
    return credentials as Value
  }
  return new SecurityDependency(scheme, provide)
}

/** 401 with the words of FastAPI. */
export function notAuthenticated(challenge: string): HttpError {
  return new HttpError(401, 'Not authenticated', { 'www-authenticate': challenge })
}

/** @throws {OptionError} if it is there and no text that matches */
export function textOption(
  where: string,
  value: string | undefined,
  pattern: RegExp = /[^]/,
  expected: string = 'a text',
): void {
  if (value === undefined || (typeof value === 'string' && pattern.test(value))) return
  throw new OptionError(where, value, expected)
}

/**
 * Takes `authorization` apart: the scheme as it was written, and what follows it.
 *
 * @returns both empty if the header is absent
 */
export function authorizationOf(request: AppRequest): readonly [scheme: string, rest: string] {
  const header = request.header('authorization') ?? ''
  const blank = header.indexOf(' ')
  return blank === -1 ? [header, ''] : [header.slice(0, blank), header.slice(blank + 1).trim()]
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @returns undefined if it is no base64 of UTF-8 */
export function decodeBase64Text(text: string): string | undefined {
  if (!BASE64.test(text) || text.length % 4 !== 0) return undefined
  try {
    return utf8.decode(Buffer.from(text, 'base64'))
  } catch {
    return undefined
  }
}
