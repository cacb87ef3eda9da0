import { OptionError } from '../core/errors.ts'

/** How to reach a database, and as whom. */
export interface PgConfig {
  /** Host name or address; with `socketPath` only a label. */
  readonly host: string
  readonly port: number
  /** Path of the Unix socket, when `host` is a directory. */
  readonly socketPath: string | undefined
  readonly user: string
  readonly password: string | undefined
  readonly database: string
  readonly applicationName: string | undefined
  /** Milliseconds from the URL's `connect_timeout`; undefined when it has none. */
  readonly connectTimeoutMs: number | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const PARAMETERS = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'application_name',
  'connect_timeout',
  'sslmode',
]
const PLAIN_SSL_MODES = ['disable', 'allow', 'prefer']
const ENCRYPTED_SSL_MODES = ['require', 'verify-ca', 'verify-full']

/**
 * Reads a connection URL, `postgresql://user:password@host:port/database?name=value`.
 *
 * What the URL leaves out comes from `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE`,
 * `PGAPPNAME`, `PGCONNECT_TIMEOUT` and `PGSSLMODE`, then from libpq's defaults: localhost, 5432, the
 * user of the operating system, and a database named as the user. A host that begins with `/` is the
 * directory of a Unix socket (`?host=/run/postgresql`, or percent-encoded in the URL).
 *
 * @throws {OptionError} naming the part that cannot be read, an unknown parameter, or an `sslmode`
 * that asks for encryption, which this driver does not speak yet
 * @see PostgreSQL manual, "Connection URIs"
 */
export function parsePgUrl(
  url: string | undefined,
  environment: Environment = process.env,
): PgConfig {
  const parts = url === undefined || url === '' ? new Map<string, string>() : splitUrl(url)
  const read = (name: string, variable: string): string | undefined =>
    parts.get(name) ?? (environment[variable] || undefined)

  checkSslMode(read('sslmode', 'PGSSLMODE') ?? 'prefer')
  const user = read('user', 'PGUSER') ?? environment['USER'] ?? environment['LOGNAME'] ?? 'postgres'
  const host = read('host', 'PGHOST') ?? 'localhost'
  if (host.includes(','))
    throw new OptionError('url host', host, 'one host: several are not supported yet')
  const port = readPort(read('port', 'PGPORT') ?? '5432')
  return {
    host,
    port,
    socketPath: host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : undefined,
    user: checkText('user', user),
    password: checkText('password', read('password', 'PGPASSWORD')),
    database: checkText('database', read('dbname', 'PGDATABASE') ?? user),
    applicationName: checkText('application_name', read('application_name', 'PGAPPNAME')),
    connectTimeoutMs: readSeconds(read('connect_timeout', 'PGCONNECT_TIMEOUT')),
  }
}

/** Where a configuration leads, for messages: never with the password. */
export function describeAddress(config: PgConfig): string {
  return config.socketPath ?? `${config.host}:${config.port}`
}

/** The pieces of the URL by their parameter names, percent-decoded. */
function splitUrl(url: string): Map<string, string> {
  const match =
    /^(?:postgres|postgresql):\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(
      url,
    )
  // The URL itself stays out of the message: it holds the password.
  if (match === null) {
    const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'no scheme'
    refuse('url', `of the form postgresql://user:password@host:port/database, got ${scheme}...`)
  }
  const [, login, address = '', database, query] = match
  const parts = new Map<string, string>()
  const set = (name: string, encoded: string | undefined): void => {
    if (encoded !== undefined && encoded !== '') parts.set(name, decode(name, encoded))
  }
  const colon = login?.indexOf(':') ?? -1
  set('user', colon === -1 ? login : login?.slice(0, colon))
  if (colon !== -1) set('password', login?.slice(colon + 1))
  const hostPort = /^(\[[0-9a-fA-F:.]+\]|[^:]*)(?::(\d*))?$/.exec(address)
  if (hostPort === null) refuse('host', 'one host and an optional port, as in localhost:5432')
  set('host', hostPort[1]?.replace(/^\[|\]$/g, ''))
  set('port', hostPort[2])
  set('dbname', database)
  for (const pair of query?.split('&') ?? []) {
    if (pair === '') continue
    const [name = '', ...value] = pair.split('=')
    if (!PARAMETERS.includes(name)) {
      throw new OptionError(
        `url parameter ${name}`,
        value.join('='),
        `one of ${PARAMETERS.join(', ')}`,
      )
    }
    set(name, value.join('='))
  }
  return parts
}

function decode(name: string, text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse(name, 'percent-encoded correctly')
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new OptionError('url port', text, 'from 1 to 65535')
  return port
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,6}$/.test(text)) throw new OptionError('url connect_timeout', text, 'whole seconds')
  // 0 means "no limit" in libpq: the pool's default applies instead, nothing waits for ever.
  return text === '0' ? undefined : Number(text) * 1000
}

function checkSslMode(mode: string): void {
  if (PLAIN_SSL_MODES.includes(mode)) return
  const expected = ENCRYPTED_SSL_MODES.includes(mode)
    ? 'disable, allow or prefer: encrypted connections are not supported yet, and sslmode never falls back silently'
    : `one of ${[...PLAIN_SSL_MODES, ...ENCRYPTED_SSL_MODES].join(', ')}`
  throw new OptionError('url sslmode', mode, expected)
}

/** A zero byte would end the value early and start a parameter of the attacker's choice. */
function checkText<Text extends string | undefined>(name: string, text: Text): Text {
  if (text?.includes('\0')) refuse(name, 'free of zero characters')
  return text
}

function refuse(name: string, expected: string): never {
  const error = new OptionError(name === 'url' ? 'url' : `url ${name}`, undefined, expected)
  error.message = error.message.replace(/, got undefined$/, '')
  throw error
}
