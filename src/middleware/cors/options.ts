import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { booleanOption, fieldNamesOption } from '../options.ts'
import { compileOrigins, type OriginCheck, type Origins } from './origins.ts'

export interface CorsOptions {
  /** Who may read answers; default `*`, which is everybody, without credentials. */
  readonly origins?: Origins
  /** Default `GET`, `HEAD`, `PUT`, `PATCH`, `POST` and `DELETE`; `*` for whatever is asked for. */
  readonly methods?: '*' | readonly string[]
  /** Headers that requests may have besides the safelisted ones; default `*`: what is asked for. */
  readonly headers?: '*' | readonly string[]
  /** Headers that programs may read besides the safelisted ones; default none. */
  readonly exposedHeaders?: readonly string[]
  /** Cookies and `Authorization` are sent, too; default false. Needs origins other than `*`. */
  readonly credentials?: boolean
  /** How long browsers may keep the answer to a preflight, in seconds; default 600. */
  readonly maxAgeSeconds?: number
  /** Allows requests from public sites to a server in a private network; default false. */
  readonly privateNetwork?: boolean
  /** Status of the answer to an allowed preflight; default 204. */
  readonly preflightStatus?: number
}

/** @internal */
export interface CorsSettings {
  readonly origins: OriginCheck
  readonly methods: ReadonlySet<string> | undefined
  readonly headers: ReadonlySet<string> | undefined
  readonly headerList: string
  readonly exposed: string
  readonly credentials: boolean
  readonly maxAgeSeconds: number
  readonly privateNetwork: boolean
  readonly preflightStatus: number
}

const NAMES = [
  'origins',
  'methods',
  'headers',
  'exposedHeaders',
  'credentials',
  'maxAgeSeconds',
  'privateNetwork',
  'preflightStatus',
]
const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE']
/** Starlette lists them, too: some clients ask for them although they need not. */
const SAFELISTED = ['accept', 'accept-language', 'content-language', 'content-type']

/** @throws {OptionError} on unknown or impossible options, and for `*` with credentials */
export function corsSettings(options: CorsOptions): CorsSettings {
  rejectUnknownOptions('cors()', options, NAMES)
  const origins = compileOrigins('cors().origins', options.origins ?? '*')
  const credentials = booleanOption('cors().credentials', options.credentials, false)
  if (credentials && origins === undefined) {
    const expected =
      'origins by name where credentials are allowed: every site could act for the user'
    throw new OptionError('cors().origins', '*', expected)
  }
  const { methods = METHODS, headers = '*' } = options
  const headerNames = headers === '*' ? [] : fieldNamesOption('cors().headers', headers)
  const exposed = fieldNamesOption('cors().exposedHeaders', options.exposedHeaders ?? [])
  return {
    origins,
    methods: methods === '*' ? undefined : methodsOption(methods),
    headers:
      headers === '*'
        ? undefined
        : new Set([...SAFELISTED, ...headerNames.map((name) => name.toLowerCase())]),
    headerList: headerNames.join(', '),
    exposed: exposed.join(', '),
    credentials,
    maxAgeSeconds: integerOption('cors().maxAgeSeconds', options.maxAgeSeconds, 600),
    privateNetwork: booleanOption('cors().privateNetwork', options.privateNetwork, false),
    preflightStatus: integerOption(
      'cors().preflightStatus',
      options.preflightStatus,
      204,
      200,
      299,
    ),
  }
}

function methodsOption(methods: readonly string[]): ReadonlySet<string> {
  const isList = Array.isArray(methods) && methods.every((each) => /^[A-Z]+$/.test(each))
  if (!isList) throw new OptionError('cors().methods', methods, "'*' or methods in capital letters")
  return new Set(methods)
}
