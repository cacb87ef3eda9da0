import type { SecurityDependency } from '../../app/index.ts'
import {
  authorizationOf,
  type Credentials,
  decodeBase64Text,
  defineScheme,
  notAuthenticated,
  type SchemeOptions,
  textOption,
} from './scheme-options.ts'

export interface HttpBasicOptions extends SchemeOptions {
  /** Shown by browsers that ask for the password. */
  readonly realm?: string
}

export interface BasicCredentials {
  readonly username: string
  readonly password: string
}

/**
 * User name and password in the header `authorization: Basic ...`; compare them with
 * `timingSafeEqual`, or check the password with `verifyPassword`.
 *
 * Answers 401 without the header. One that cannot be read is answered so even with
 * `autoError: false`: the client has tried.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see RFC 7617
 */
export function httpBasic<const Options extends HttpBasicOptions = HttpBasicOptions>(
  options: Options = {} as Options,
): SecurityDependency<Credentials<BasicCredentials, Options>> {
  const { realm } = options
  textOption('httpBasic().realm', realm, /^[ !#-[\]-~]+$/, 'printable ASCII without quotes')
  const challenge = realm === undefined ? 'Basic' : `Basic realm="${realm}"`
  return defineScheme<Credentials<BasicCredentials, Options>>({
    where: 'httpBasic()',
    options,
    known: ['realm'],
    defaultName: 'HTTPBasic',
    definition: { type: 'http', scheme: 'basic' },
    challenge,
    read: (request) => {
      const [scheme, encoded] = authorizationOf(request)
      if (scheme.toLowerCase() !== 'basic') return undefined
      const text = decodeBase64Text(encoded)
      const colon = text?.indexOf(':') ?? -1
      if (text === undefined || colon === -1) throw notAuthenticated(challenge)
      const credentials = { username: text.slice(0, colon), password: text.slice(colon + 1) }
      return credentials
    },
  })
}
