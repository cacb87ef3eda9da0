import type { Server, Socket } from 'node:net'
import { OptionError } from '../../core/errors.ts'
import { Future } from '../../future/index.ts'
import { type HttpServer, type HttpServerStats } from '../../http/index.ts'
import type { Membership, Tenant } from '../../reactor/membership/membership.ts'
import type { ListenTarget } from '../../reactor/membership/messages.ts'
import { shareWebSocketStats, type WebSocketStats, webSocketStats } from '../../websocket/index.ts'
import type { App } from '../app.ts'
import type { ReactorInfo, ServerBackend } from './app-server.ts'
import { assertReloaded, CERTIFICATES, RELOAD_TIMEOUT_MS } from './certificates.ts'
import { type ListenPlan, listenOptions } from './listen-options.ts'
import { closeApp, createHttpServer, orStop } from './local-server.ts'
import { REACTOR_STATS_BYTES, webSocketPart } from './reactor-stats.ts'
import type { ReactorSetup } from './supervised-server.ts'

const REPORT_INTERVAL_MS = 500

/** An app served by a reactor: its supervisor says where it listens, and until when. */
export class ReactorServer implements ServerBackend, Tenant {
  readonly #app: App
  readonly #membership: Membership
  readonly #setup: ReactorSetup
  readonly #server: HttpServer
  #port = 0
  /** Only if the supervisor cannot read them itself. */
  readonly #reportNumbers: (() => void) | undefined
  #reporter: ReturnType<typeof setInterval> | undefined

  constructor(app: App, membership: Membership, { http }: ListenPlan) {
    const { memory = new ArrayBuffer(REACTOR_STATS_BYTES) } = membership.boot
    this.#app = app
    this.#setup = membership.boot.setup as ReactorSetup
    this.#membership = membership
    if (this.#setup.isEncrypted !== (http.tls !== undefined)) {
      throw new OptionError(
        'listen().tls',
        http.tls,
        'the same in the module that the reactors run',
      )
    }
    this.#server = createHttpServer(app, { ...this.#setup.http, ...http }, memory)
    shareWebSocketStats(webSocketPart(memory))
    membership.addCollector(CERTIFICATES, () => this.#server.reloadCertificates())
    if (memory instanceof ArrayBuffer)
      this.#reportNumbers = () => {
        this.#server.stats()
        membership.reportNumbers(memory)
      }
  }

  get port(): number {
    return this.#port
  }

  get closed(): Future<void> {
    return this.#membership.stopped
  }

  stats(): HttpServerStats {
    return this.#server.stats()
  }

  webSocketStats(): WebSocketStats {
    return webSocketStats()
  }

  reactors(): readonly ReactorInfo[] {
    const { id, generation } = this.#membership.boot
    return [
      {
        reactor: id,
        isServing: true,
        generation,
        http: this.stats(),
        webSockets: webSocketStats(),
      },
    ]
  }

  /** Its own drain would wait for the request that waits for this: so nobody waits. */
  reload(): Future<void> {
    this.#membership.requestReload()
    return Future.ready()
  }

  reloadCertificates(): Future<void> {
    return this.#membership.gather(CERTIFICATES, RELOAD_TIMEOUT_MS).then(assertReloaded)
  }

  start(): Future<void> {
    if (this.#reportNumbers !== undefined) {
      this.#reporter = setInterval(this.#reportNumbers, REPORT_INTERVAL_MS)
    }
    return this.#app.startWith(this.#setup.shared)
  }

  listen(target: ListenTarget, secret: Uint8Array | undefined): Future<number> {
    if (secret !== undefined) this.#server.shareTicketKeys(secret)
    const served = Future.try(() => this.#open(target)).then(() => {
      this.#port = target.kind === 'connections' ? target.port : this.#server.port
      return this.#port
    })
    return orStop(this.#app, served)
  }

  accept(socket: Socket): void {
    this.#server.accept(socket)
  }

  release(): Server | undefined {
    return this.#server.release()
  }

  /** Closes all reactors, this one too. */
  close(timeoutMs: number): Future<void> {
    this.#membership.requestClose(timeoutMs)
    return this.closed
  }

  drain(timeoutMs: number): Future<void> {
    return closeApp(this.#app, this.#server, timeoutMs).finally(() => {
      clearInterval(this.#reporter)
      this.#reportNumbers?.()
    })
  }

  #open(target: ListenTarget): Future<unknown> | void {
    switch (target.kind) {
      case 'address': {
        const { address, reusePort } = target
        return this.#server.listen({ ...listenOptions(address), reusePort })
      }
      case 'server':
        return this.#server.adopt(target.server)
      case 'connections':
        return this.#server.open()
    }
  }
}
