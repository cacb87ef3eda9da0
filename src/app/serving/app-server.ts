import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { Future } from '../../future/index.ts'
import type { HttpServerStats } from '../../http/index.ts'
import type { Address } from '../../reactor/membership/messages.ts'
import { DRAIN_TIMEOUT_MS } from '../../reactor/supervision/supervisor.ts'
import type { WebSocketStats } from '../../websocket/index.ts'

/** One reactor, as its server tells of it. */
export interface ReactorInfo {
  /** Core id, from 0. */
  readonly reactor: number
  /** False while a dead reactor is awaited. */
  readonly isServing: boolean
  /** How often the reactor of this core was started again or replaced. */
  readonly generation: number
  /** Since the reactor of now was started; undefined while none serves, or in another process. */
  readonly http: HttpServerStats | undefined
  /** Of its WebSockets, likewise. */
  readonly webSockets: WebSocketStats | undefined
}

/** What stands behind an {@link AppServer}: a server on this thread, or reactors. */
export interface ServerBackend {
  readonly port: number
  readonly closed: Future<void>
  stats(): HttpServerStats
  webSocketStats(): WebSocketStats
  reactors(): readonly ReactorInfo[]
  reload(timeoutMs: number): Future<void>
  reloadCertificates(): Future<void>
  close(timeoutMs: number): Future<void>
}

/** An app that serves, on this thread or on reactors. */
export class AppServer {
  readonly #backend: ServerBackend
  readonly #address: Address
  readonly #scheme: string

  /** @internal */
  constructor(backend: ServerBackend, address: Address, isEncrypted: boolean) {
    this.#scheme = isEncrypted ? 'https' : 'http'
    this.#backend = backend
    this.#address = address
  }

  /** 0 for a Unix socket. */
  get port(): number {
    return this.#backend.port
  }

  /** `http://127.0.0.1:8000`, or `unix:/run/app.sock`. */
  get url(): string {
    const { path, host = 'localhost' } = this.#address
    if (path !== undefined) return `unix:${path}`
    if (this.port === 0) return 'unix:(a socket that was given)'
    return `${this.#scheme}://${host.includes(':') ? `[${host}]` : host}:${this.port}`
  }

  /** One entry for each reactor, in the order of their core ids; in a reactor, of that one alone. */
  get reactors(): readonly ReactorInfo[] {
    return this.#backend.reactors()
  }

  /** Ready when everything is closed; fails with `ReactorCrashLoopError` if a reactor kept dying. */
  get closed(): Future<void> {
    return this.#backend.closed
  }

  /**
   * Numbers since the server was created: of all reactors together, those that are gone included.
   * In a reactor, of that one alone.
   */
  stats(): HttpServerStats {
    return this.#backend.stats()
  }

  /** Numbers of all WebSockets, of all reactors together, as {@link stats} has them of requests. */
  webSocketStats(): WebSocketStats {
    return this.#backend.webSocketStats()
  }

  /**
   * Replaces the reactors one by one with new ones that load the code as it is now. No connection
   * is refused, and no request lost.
   *
   * @param options - `timeoutMs`: connections of an old reactor still open then are cut off;
   * default 10,000
   * @returns ready when all are replaced; fails with `ReactorStartError` if the new code does not
   * start: the reactors not replaced yet go on with the old code. In a reactor: ready at once, for
   * it will be replaced itself. Fails with `ReactorStateError` if there are no reactors
   */
  reload(options: CloseOptions = {}): Future<void> {
    return this.#backend.reload(timeoutOf('reload options', options))
  }

  /**
   * Reads the files of all TLS certificates again, on every reactor, for the handshakes to come;
   * open connections stay as they are.
   *
   * @returns fails with `TlsConfigError` if one cannot be used, and the old ones stay; or without TLS
   */
  reloadCertificates(): Future<void> {
    return this.#backend.reloadCertificates()
  }

  /**
   * Stops accepting, lets requests in flight finish, then stops the app; in a reactor, all
   * reactors.
   *
   * @param options - `timeoutMs`: connections still open then are cut off; default 10,000
   * @returns fails with the first failure of stop hooks and core dependencies; the same future if
   * called again
   */
  close(options: CloseOptions = {}): Future<void> {
    return this.#backend.close(timeoutOf('close options', options))
  }
}

interface CloseOptions {
  readonly timeoutMs?: number
}

function timeoutOf(where: string, options: CloseOptions): number {
  rejectUnknownOptions(where, options, ['timeoutMs'])
  const { timeoutMs } = options
  return integerOption(`${where}.timeoutMs`, timeoutMs, DRAIN_TIMEOUT_MS, 0, 0x7fffffff)
}
