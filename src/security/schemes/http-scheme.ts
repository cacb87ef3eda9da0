import type { SecurityDependency } from '../../app/index.ts'
import {
  authorizationOf,
  type Credentials,
  defineScheme,
  type SchemeOptions,
  textOption,
} from './scheme-options.ts'

/** The header `authorization`, taken apart. */
export interface HttpCredentials {
  /** As the client has written it: `Bearer`, `bearer`. */
  readonly scheme: string
  readonly credentials: string
}

export interface HttpSchemeOptions extends SchemeOptions {
  /** As registered with IANA: `hoba`, `mutual`, or one of your own. */
  readonly scheme: string
}

export interface HttpBearerOptions extends SchemeOptions {
  /** A hint for people, such as `JWT`. */
  readonly bearerFormat?: string
}

/**
 * Any scheme of the header `authorization`: `httpScheme({ scheme: 'Other' })`. It takes whatever scheme
 * the client names; 401 if there are no credentials.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function httpScheme<const Options extends HttpSchemeOptions>(
  options: Options,
): SecurityDependency<Credentials<HttpCredentials, Options>> {
  const { scheme } = options
  textOption('httpScheme().scheme', scheme ?? '', TOKEN, "a token such as 'Other'")
  return define<Options>('httpScheme()', options, ['scheme'], 'HTTPBase', { scheme }, false)
}

/**
 * `authorization: Bearer ...`, RFC 6750; 401 without one.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function httpBearer<const Options extends HttpBearerOptions = HttpBearerOptions>(
  options: Options = {} as Options,
): SecurityDependency<Credentials<HttpCredentials, Options>> {
  const { bearerFormat } = options
  textOption('httpBearer().bearerFormat', bearerFormat)
  const facts = { scheme: 'bearer', ...(bearerFormat === undefined ? {} : { bearerFormat }) }
  return define<Options>('httpBearer()', options, ['bearerFormat'], 'HTTPBearer', facts, true)
}

/**
 * `authorization: Digest ...`; 401 without one. The credentials are yours to check: as in FastAPI,
 * this only takes them from the header and tells OpenAPI of them.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see RFC 7616
 */
export function httpDigest<const Options extends SchemeOptions = SchemeOptions>(
  options: Options = {} as Options,
): SecurityDependency<Credentials<HttpCredentials, Options>> {
  return define<Options>('httpDigest()', options, [], 'HTTPDigest', { scheme: 'digest' }, true)
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

function define<Options extends SchemeOptions>(
  where: string,
  options: Options,
  known: readonly string[],
  defaultName: string,
  facts: { readonly scheme: string },
  isStrict: boolean,
): SecurityDependency<Credentials<HttpCredentials, Options>> {
  const wanted = facts.scheme.toLowerCase()
  return defineScheme<Credentials<HttpCredentials, Options>>({
    where,
    options,
    known,
    defaultName,
    definition: { type: 'http', ...facts },
    challenge: titleCase(facts.scheme),
    read: (request) => {
      const [scheme, credentials] = authorizationOf(request)
      const isThere = scheme !== '' && credentials !== ''
      if (!isThere || (isStrict && scheme.toLowerCase() !== wanted)) return undefined
      return { scheme, credentials }
    },
  })
}

function titleCase(scheme: string): string {
  return `${scheme.slice(0, 1).toUpperCase()}${scheme.slice(1).toLowerCase()}`
}
