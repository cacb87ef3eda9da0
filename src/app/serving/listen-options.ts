import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { pathToFileURL } from 'node:url'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { HTTP_SERVER_OPTION_NAMES, type HttpServerOptions } from '../../http/index.ts'
import type { ListenOptions } from '../../net/index.ts'
import type { StallWatchdogOptions, SupervisionOptions } from '../../reactor/index.ts'
import type { Address } from '../../reactor/membership/messages.ts'
import { supervisionSettings } from '../../reactor/supervision/supervision-options.ts'

/** How connections come to the reactors. */
export type Distribution =
  /** Each reactor listens on the one port, and the kernel spreads the connections. */
  | 'reuse-port'
  /** The supervisor accepts, and moves each connection to the reactor with the fewest. */
  | 'transfer'
  /**
   * The reactors are processes, and the supervisor accepts and sends each connection to one of
   * them: works on every system and for Unix sockets, without memory that is shared.
   */
  | 'cluster'

/** Where to listen and on how many cores; everything else goes to the HTTP server. */
export interface ListenAppOptions extends HttpServerOptions {
  /** 0 takes any free port; default 8000. */
  readonly port?: number
  /** Default `127.0.0.1`; `0.0.0.0` or `::` for all interfaces. */
  readonly host?: string
  /** A Unix socket, in place of port and host. */
  readonly path?: string
  /** File mode of the Unix socket, such as `0o660`. */
  readonly mode?: number
  /** A socket that listens already, in place of port and host: its file descriptor. */
  readonly fd?: number
  /** A socket that systemd has opened: the only one, or the one of this name. */
  readonly systemd?: boolean | string
  /** Lets several processes listen on one port (Linux). */
  readonly reusePort?: boolean
  /** Connections the system holds before they are accepted. */
  readonly backlog?: number
  /**
   * Reactors that serve, each on a thread of its own with an app of its own; `auto` is one for each
   * core that this process may use. With 1 the app runs on the calling thread. Default of `listen`
   * is 1, of `run` it is `auto`.
   */
  readonly reactors?: number | 'auto'
  /** What each reactor runs: a module that calls `listen` or `run`. Default: the program's entry. */
  readonly module?: URL
  /** Default: the first of `reuse-port`, `transfer` and `cluster` that this system can do. */
  readonly distribution?: Distribution
  /**
   * With one reactor, which nobody supervises, only `stallThresholdMs` and `onStall` count: each of them
   * has the main thread watched for stalls.
   */
  readonly supervision?: SupervisionOptions
}

/** {@link ListenAppOptions} by who uses them. */
export interface ListenPlan {
  readonly address: Address
  readonly reusePort: boolean
  readonly http: HttpServerOptions
  readonly reactors: number
  readonly distribution: Distribution | undefined
  /** How the main thread is watched if it serves alone. */
  readonly watchdog: StallWatchdogOptions | undefined
}

/** An address as a listener wants it: only that of a host has a port. */
export function listenOptions({ port, ...rest }: Address): ListenOptions {
  return rest.host === undefined ? rest : { port, ...rest }
}

export const LISTEN_OPTION_NAMES: readonly string[] = [
  'port',
  'host',
  'path',
  'mode',
  'fd',
  'systemd',
  'reusePort',
  'backlog',
  'reactors',
  'module',
  'distribution',
  'supervision',
  ...HTTP_SERVER_OPTION_NAMES,
]

const DISTRIBUTIONS: readonly unknown[] = ['reuse-port', 'transfer', 'cluster', undefined]

/** @throws {OptionError} on unknown or impossible options */
export function listenPlan(options: ListenAppOptions): ListenPlan {
  rejectUnknownOptions('listen()', options, LISTEN_OPTION_NAMES)
  const {
    port = 8000,
    host = '127.0.0.1',
    path,
    mode,
    fd,
    systemd,
    reusePort = false,
    backlog,
    reactors,
    module,
    distribution,
    supervision,
    ...http
  } = options
  if (!DISTRIBUTIONS.includes(distribution)) {
    throw new OptionError(
      'listen().distribution',
      distribution,
      "'reuse-port', 'transfer' or 'cluster'",
    )
  }
  if (module !== undefined && !(module instanceof URL)) {
    throw new OptionError('listen().module', module, 'a URL')
  }
  const isGiven = fd !== undefined || (systemd !== undefined && systemd !== false)
  if (isGiven && (options.port ?? options.host ?? path) !== undefined) {
    throw new OptionError('listen().fd', fd ?? systemd, 'absent where port, host or path is given')
  }
  if (isGiven && distribution === 'reuse-port') {
    throw new OptionError(
      'listen().distribution',
      distribution,
      "'transfer' or 'cluster' for one socket that is open already",
    )
  }
  if (path !== undefined && distribution !== undefined && distribution !== 'cluster') {
    throw new OptionError('listen().distribution', distribution, "'cluster' for a path")
  }
  const rest = backlog === undefined ? undefined : { backlog }
  return {
    address: { ...place({ port, host, path, mode, fd, systemd }), ...rest },
    reusePort,
    http,
    reactors: reactorCount(reactors),
    distribution,
    watchdog: watchdogOptions(supervision),
  }
}

/** Address with what was given, and nothing undefined in it. */
function place({
  port,
  host,
  path,
  mode,
  fd,
  systemd,
}: {
  readonly port: number
  readonly host: string
  readonly path: string | undefined
  readonly mode: number | undefined
  readonly fd: number | undefined
  readonly systemd: boolean | string | undefined
}): Address {
  if (fd !== undefined) return { port: 0, fd }
  if (systemd !== undefined && systemd !== false) return { port: 0, systemd }
  if (path === undefined) return { port, host }
  return mode === undefined ? { port: 0, path } : { port: 0, path, mode }
}

function watchdogOptions(
  options: SupervisionOptions | undefined,
): StallWatchdogOptions | undefined {
  const { stallThresholdMs: thresholdMs } = supervisionSettings(options)
  const { onStall, stallThresholdMs } = options ?? {}
  if (thresholdMs === 0 || (onStall === undefined && stallThresholdMs === undefined))
    return undefined
  return { thresholdMs, ...(onStall === undefined ? undefined : { onStall }) }
}

function reactorCount(reactors: number | 'auto' | undefined): number {
  if (reactors === 'auto') return availableParallelism()
  if (typeof reactors === 'string')
    throw new OptionError('listen().reactors', reactors, "a number or 'auto'")
  return integerOption('listen().reactors', reactors, 1, 1, 256)
}

/**
 * The module that the program was started with.
 *
 * @throws {OptionError} if there is none: code from standard input or the command line
 */
export function entryModule(): URL {
  const [, entry] = process.argv
  if (entry === undefined) {
    throw new OptionError('listen().module', undefined, 'given: this program has no entry module')
  }
  try {
    // `node app` runs app.js, and `node folder` its index.js.
    return pathToFileURL(createRequire(import.meta.url).resolve(entry))
  } catch {
    return pathToFileURL(entry)
  }
}
