import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { booleanOption, choiceOption } from '../options.ts'
import { type CspDirectives, compilePolicy, type Policy } from './content-security-policy.ts'

export interface ContentSecurityPolicyOptions {
  readonly directives?: CspDirectives
  /** Whether directives that are not given are the usual ones; default true. */
  readonly useDefaults?: boolean
  /** Only reports what would be blocked; default false. */
  readonly reportOnly?: boolean
}

export interface StrictTransportSecurityOptions {
  /** Default 31536000, a year. */
  readonly maxAgeSeconds?: number
  /** Default true. */
  readonly includeSubDomains?: boolean
  /** Asks to be put on the list that browsers ship with, which is hard to undo; default false. */
  readonly preload?: boolean
}

/** Each header can be left out with false. */
export interface SecurityHeadersOptions {
  readonly contentSecurityPolicy?: false | ContentSecurityPolicyOptions
  /** Default off: it needs every embedded resource to agree. */
  readonly crossOriginEmbedderPolicy?: false | 'require-corp' | 'credentialless' | 'unsafe-none'
  /** Default `same-origin`. */
  readonly crossOriginOpenerPolicy?:
    | false
    | 'same-origin'
    | 'same-origin-allow-popups'
    | 'noopener-allow-popups'
    | 'unsafe-none'
  /** Default `same-origin`. */
  readonly crossOriginResourcePolicy?: false | 'same-origin' | 'same-site' | 'cross-origin'
  /** Default true. */
  readonly originAgentCluster?: boolean
  /** Features by name with the origins that may use them: `{ camera: [], geolocation: ['self'] }`; default none. */
  readonly permissionsPolicy?: Readonly<Record<string, readonly string[]>>
  /** Default `no-referrer`. */
  readonly referrerPolicy?: false | ReferrerPolicy | readonly ReferrerPolicy[]
  /** Browsers heed it over HTTPS only. */
  readonly strictTransportSecurity?: false | StrictTransportSecurityOptions
  /** `X-Content-Type-Options: nosniff`; default true. */
  readonly noSniff?: boolean
  /** `X-DNS-Prefetch-Control`; default `off`. */
  readonly dnsPrefetchControl?: false | 'on' | 'off'
  /** `X-Download-Options: noopen`; default true. */
  readonly downloadOptions?: boolean
  /** `X-Frame-Options`, for browsers that do not know `frame-ancestors`; default `SAMEORIGIN`. */
  readonly frameOptions?: false | 'SAMEORIGIN' | 'DENY'
  /** `X-Permitted-Cross-Domain-Policies`; default `none`. */
  readonly permittedCrossDomainPolicies?: false | 'none' | 'master-only' | 'by-content-type' | 'all'
  /** `X-XSS-Protection: 0`, for the filter of old browsers did harm; default true. */
  readonly xssProtection?: boolean
}

export type ReferrerPolicy = (typeof REFERRER_POLICIES)[number]

const REFERRER_POLICIES = [
  'no-referrer',
  'no-referrer-when-downgrade',
  'same-origin',
  'origin',
  'strict-origin',
  'origin-when-cross-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
] as const

const NAMES = [
  'contentSecurityPolicy',
  'crossOriginEmbedderPolicy',
  'crossOriginOpenerPolicy',
  'crossOriginResourcePolicy',
  'originAgentCluster',
  'permissionsPolicy',
  'referrerPolicy',
  'strictTransportSecurity',
  'noSniff',
  'dnsPrefetchControl',
  'downloadOptions',
  'frameOptions',
  'permittedCrossDomainPolicies',
  'xssProtection',
]

/** @internal */
export interface SecurityHeadersSettings {
  /** Those that are the same for each response. */
  readonly fields: [string, string][]
  readonly policy: Policy | undefined
  readonly policyHeader: string
}

/** @throws {OptionError} on unknown or impossible options */
export function securityHeadersSettings(options: SecurityHeadersOptions): SecurityHeadersSettings {
  rejectUnknownOptions('securityHeaders()', options, NAMES)
  const { contentSecurityPolicy: csp = {} } = options
  const where = 'securityHeaders().contentSecurityPolicy'
  if (csp !== false) rejectUnknownOptions(where, csp, ['directives', 'useDefaults', 'reportOnly'])
  const policy =
    csp === false
      ? undefined
      : compilePolicy(
          where,
          csp.directives ?? {},
          booleanOption(`${where}.useDefaults`, csp.useDefaults, true),
        )
  const reportsOnly = csp !== false && booleanOption(`${where}.reportOnly`, csp.reportOnly, false)
  return {
    policy,
    policyHeader: `content-security-policy${reportsOnly ? '-report-only' : ''}`,
    fields: [
      ...choices(options),
      ...switches(options),
      ...permissions(options.permissionsPolicy),
      ...referrer(options.referrerPolicy),
      ...transport(options.strictTransportSecurity),
    ],
  }
}

function choices(options: SecurityHeadersOptions): [string, string][] {
  const table = [
    [
      'crossOriginEmbedderPolicy',
      'cross-origin-embedder-policy',
      [false, 'require-corp', 'credentialless', 'unsafe-none'],
    ],
    [
      'crossOriginOpenerPolicy',
      'cross-origin-opener-policy',
      ['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups', 'unsafe-none', false],
    ],
    [
      'crossOriginResourcePolicy',
      'cross-origin-resource-policy',
      ['same-origin', 'same-site', 'cross-origin', false],
    ],
    ['dnsPrefetchControl', 'x-dns-prefetch-control', ['off', 'on', false]],
    ['frameOptions', 'x-frame-options', ['SAMEORIGIN', 'DENY', false]],
    [
      'permittedCrossDomainPolicies',
      'x-permitted-cross-domain-policies',
      ['none', 'master-only', 'by-content-type', 'all', false],
    ],
  ] as const satisfies readonly (readonly [
    keyof SecurityHeadersOptions,
    string,
    readonly [string | false, ...(string | false)[]],
  ])[]
  const fields: [string, string][] = []
  for (const [option, header, allowed] of table) {
    const value = choiceOption<string | false>(
      `securityHeaders().${option}`,
      options[option],
      allowed,
    )
    if (value !== false) fields.push([header, value])
  }
  return fields
}

function switches(options: SecurityHeadersOptions): [string, string][] {
  const table = [
    ['originAgentCluster', 'origin-agent-cluster', '?1'],
    ['noSniff', 'x-content-type-options', 'nosniff'],
    ['downloadOptions', 'x-download-options', 'noopen'],
    ['xssProtection', 'x-xss-protection', '0'],
  ] as const
  return table
    .filter(([option]) => booleanOption(`securityHeaders().${option}`, options[option], true))
    .map(([, header, value]) => [header, value])
}

function permissions(policy: SecurityHeadersOptions['permissionsPolicy']): [string, string][] {
  const where = 'securityHeaders().permissionsPolicy'
  if (policy === undefined) return []
  const features = Object.entries(policy).map(([name, origins]) => {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new OptionError(where, name, 'features by name')
    const isList =
      Array.isArray(origins) && origins.every((each) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(each))
    if (!isList) throw new OptionError(`${where}.${name}`, origins, 'an array of origins')
    // Tokens of structured fields, all else is text: RFC 9651.
    const list = origins.map((each) => (each === 'self' || each === '*' ? each : `"${each}"`))
    return `${name}=${list.length === 1 && list[0] === '*' ? '*' : `(${list.join(' ')})`}`
  })
  return features.length === 0 ? [] : [['permissions-policy', features.join(', ')]]
}

function referrer(policy: SecurityHeadersOptions['referrerPolicy']): [string, string][] {
  if (policy === false) return []
  const list: readonly unknown[] = Array.isArray(policy) ? policy : [policy ?? 'no-referrer']
  for (const each of list) {
    if (!REFERRER_POLICIES.includes(each as ReferrerPolicy)) {
      const expected = `one or some of ${REFERRER_POLICIES.join(', ')}`
      throw new OptionError('securityHeaders().referrerPolicy', each, expected)
    }
  }
  return [['referrer-policy', list.join(',')]]
}

function transport(options: false | StrictTransportSecurityOptions = {}): [string, string][] {
  if (options === false) return []
  const where = 'securityHeaders().strictTransportSecurity'
  rejectUnknownOptions(where, options, ['maxAgeSeconds', 'includeSubDomains', 'preload'])
  const maxAge = integerOption(`${where}.maxAgeSeconds`, options.maxAgeSeconds, 31_536_000)
  const includes = booleanOption(`${where}.includeSubDomains`, options.includeSubDomains, true)
  const parts = [`max-age=${maxAge}`]
  if (includes) parts.push('includeSubDomains')
  if (booleanOption(`${where}.preload`, options.preload, false)) {
    if (!includes || maxAge < 31_536_000) {
      throw new OptionError(
        `${where}.preload`,
        true,
        'false unless subdomains are included, for a year at least',
      )
    }
    parts.push('preload')
  }
  return [['strict-transport-security', parts.join('; ')]]
}
