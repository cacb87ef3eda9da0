import type { SecurityDependency } from '../../app/index.ts'
import { OptionError } from '../../core/errors.ts'
import {
  authorizationOf,
  type Credentials,
  defineScheme,
  type SchemeOptions,
  textOption,
} from './scheme-options.ts'

/** Scopes with what they allow, for people. */
export type ScopeDescriptions = Readonly<Record<string, string>>

interface FlowOptions {
  readonly refreshUrl?: string
  readonly scopes?: ScopeDescriptions
}

export interface OAuth2PasswordOptions extends SchemeOptions, FlowOptions {
  /** Where the docs page, and clients, get a token: absolute, or relative to the API's own URL. */
  readonly tokenUrl: string
}

export interface OAuth2AuthorizationCodeOptions extends OAuth2PasswordOptions {
  /** Where the user is sent to log in. */
  readonly authorizationUrl: string
}

/** The flows of a server, as OpenAPI names them. @see OpenAPI 3.1, 4.8.28 */
export interface OAuth2Flows {
  readonly implicit?: FlowOptions & { readonly authorizationUrl: string }
  readonly password?: FlowOptions & { readonly tokenUrl: string }
  readonly clientCredentials?: FlowOptions & { readonly tokenUrl: string }
  readonly authorizationCode?: FlowOptions & {
    readonly authorizationUrl: string
    readonly tokenUrl: string
  }
}

export interface OAuth2Options extends SchemeOptions {
  readonly flows?: OAuth2Flows
}

export interface OpenIdConnectOptions extends SchemeOptions {
  /** Of the discovery document: `https://id.example.com/.well-known/openid-configuration`. */
  readonly openIdConnectUrl: string
}

const FLOW_OPTIONS = ['tokenUrl', 'refreshUrl', 'scopes']

/**
 * OAuth 2 with any flows. The value is the whole header `authorization`; 401 without one.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function oauth2<const Options extends OAuth2Options = OAuth2Options>(
  options: Options = {} as Options,
): SecurityDependency<Credentials<string, Options>> {
  const { flows = {} } = options
  const described = Object.entries(flows).map(([name, flow]) => [
    name,
    describeFlow(`oauth2().flows.${name}`, flow, FLOW_URLS[name]),
  ])
  return header<Options>('oauth2()', options, ['flows'], 'OAuth2', {
    type: 'oauth2',
    flows: Object.fromEntries(described),
  })
}

/**
 * OAuth 2 with user name and password, which the docs page asks for too. The value is the bearer
 * token; 401 without one.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function oauth2Password<const Options extends OAuth2PasswordOptions>(
  options: Options,
): SecurityDependency<Credentials<string, Options>> {
  const where = 'oauth2Password()'
  const password = describeFlow(where, pick(options), FLOW_URLS['password'])
  const name = 'OAuth2PasswordBearer'
  return bearer<Options>(where, options, FLOW_OPTIONS, name, { password })
}

/**
 * OAuth 2 with an authorization server that users are sent to. The value is the bearer token; 401
 * without one.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function oauth2AuthorizationCode<const Options extends OAuth2AuthorizationCodeOptions>(
  options: Options,
): SecurityDependency<Credentials<string, Options>> {
  const where = 'oauth2AuthorizationCode()'
  const given = { ...pick(options), authorizationUrl: options.authorizationUrl }
  const authorizationCode = describeFlow(where, given, FLOW_URLS['authorizationCode'])
  const known = ['authorizationUrl', ...FLOW_OPTIONS]
  return bearer<Options>(where, options, known, 'OAuth2AuthorizationCodeBearer', {
    authorizationCode,
  })
}

/**
 * OpenID Connect with discovery. The value is the whole header `authorization`; 401 without one.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function openIdConnect<const Options extends OpenIdConnectOptions>(
  options: Options,
): SecurityDependency<Credentials<string, Options>> {
  const { openIdConnectUrl } = options
  textOption('openIdConnect().openIdConnectUrl', openIdConnectUrl ?? '', /[^]/, 'a URL')
  const definition = { type: 'openIdConnect', openIdConnectUrl }
  return header<Options>(
    'openIdConnect()',
    options,
    ['openIdConnectUrl'],
    'OpenIdConnect',
    definition,
  )
}

/** Which URLs each flow has, in the order of FastAPI's documents. */
const FLOW_URLS: Readonly<Record<string, readonly string[]>> = {
  implicit: ['authorizationUrl'],
  password: ['tokenUrl'],
  clientCredentials: ['tokenUrl'],
  authorizationCode: ['authorizationUrl', 'tokenUrl'],
}

function pick({ tokenUrl, refreshUrl, scopes }: OAuth2PasswordOptions): FlowOptions {
  const given = { tokenUrl, refreshUrl, scopes }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function describeFlow(where: string, flow: FlowOptions, urls: readonly string[] = []): object {
  if (urls.length === 0) {
    throw new OptionError(where, flow, `absent: flows are ${Object.keys(FLOW_URLS).join(', ')}`)
  }
  const given = flow as Readonly<Record<string, string | undefined>>
  for (const url of urls) textOption(`${where}.${url}`, given[url] ?? '', /[^]/, 'a URL')
  textOption(`${where}.refreshUrl`, flow.refreshUrl, /[^]/, 'a URL')
  const { scopes = {} } = flow
  for (const [scope, description] of Object.entries(scopes)) {
    textOption(
      `${where}.scopes`,
      scope,
      /^[!#-[\]-~]+$/,
      'scopes of printable ASCII, without blanks',
    )
    textOption(`${where}.scopes.${scope}`, description, /^/)
  }
  return { scopes, ...flow }
}

function header<Options extends SchemeOptions>(
  where: string,
  options: Options,
  known: readonly string[],
  defaultName: string,
  definition: Readonly<Record<string, unknown>>,
): SecurityDependency<Credentials<string, Options>> {
  return defineScheme<Credentials<string, Options>>({
    where,
    options,
    known,
    defaultName,
    definition,
    challenge: 'Bearer',
    read: (request) => request.header('authorization') || undefined,
  })
}

function bearer<Options extends SchemeOptions>(
  where: string,
  options: Options,
  known: readonly string[],
  defaultName: string,
  flows: Readonly<Record<string, unknown>>,
): SecurityDependency<Credentials<string, Options>> {
  return defineScheme<Credentials<string, Options>>({
    where,
    options,
    known,
    defaultName,
    definition: { type: 'oauth2', flows },
    challenge: 'Bearer',
    read: (request) => {
      const [scheme, token] = authorizationOf(request)
      if (scheme.toLowerCase() !== 'bearer') return undefined
      return token
    },
  })
}
