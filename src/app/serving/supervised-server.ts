import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { OptionError } from '../../core/errors.ts'
import { Future } from '../../future/index.ts'
import {
  HttpListenError,
  type HttpServerOptions,
  type HttpServerStats,
  readHttpStats,
} from '../../http/index.ts'
import { ListenError, Listener, TICKET_KEYS_BYTES } from '../../net/index.ts'
import type { Address } from '../../reactor/membership/messages.ts'
import type { Member } from '../../reactor/supervision/member.ts'
import { processHosts } from '../../reactor/supervision/process-host.ts'
import {
  type SupervisionSettings,
  supervisionSettings,
} from '../../reactor/supervision/supervision-options.ts'
import {
  type Acceptor,
  Supervisor,
  type SupervisorOptions,
} from '../../reactor/supervision/supervisor.ts'
import { threadHosts } from '../../reactor/supervision/thread-host.ts'
import { readWebSocketStats, type WebSocketStats } from '../../websocket/index.ts'
import type { App } from '../app.ts'
import type { Shared } from '../dependencies/core-scope.ts'
import { DependencyError } from '../errors.ts'
import type { ReactorInfo, ServerBackend } from './app-server.ts'
import { assertReloaded, CERTIFICATES, RELOAD_TIMEOUT_MS } from './certificates.ts'
import { type ChosenDistribution, chooseDistribution } from './distribution.ts'
import {
  type Distribution,
  entryModule,
  type ListenAppOptions,
  type ListenPlan,
  listenOptions,
} from './listen-options.ts'
import { createHttpServer } from './local-server.ts'
import { REACTOR_STATS_BYTES, retireStats, webSocketPart } from './reactor-stats.ts'

/** What a supervisor gives to each reactor. */
export interface ReactorSetup {
  /** Limits of the HTTP server; those that the reactor's own code gives count more. */
  readonly http: HttpServerOptions
  readonly address: Address
  /** Their own code has the certificates. */
  readonly isEncrypted: boolean
  /** Values of the app dependencies. */
  readonly shared: readonly Shared[]
}

/** Reactors that serve an app, and the supervisor that watches over them on this thread. */
export class SupervisedServer implements ServerBackend {
  readonly #supervisor: Supervisor
  /** Counted by reactors that are gone. */
  readonly #retired: ArrayBuffer
  readonly #ended: Future<void>
  readonly #closed: Future<void>
  #closing: Future<void> | undefined

  constructor(app: App, supervisor: Supervisor, retired: ArrayBuffer) {
    this.#supervisor = supervisor
    this.#retired = retired
    // App dependencies end after the reactors that use them.
    this.#ended = supervisor.closed.catch(() => {}).then(() => app.stopShared())
    this.#closed = supervisor.closed.finally(() => this.#ended)
    this.#ended.ignore()
    this.#closed.ignore()
  }

  /**
   * Starts reactors that each run the module, and serve what it listens with.
   *
   * @returns fails with `ReactorStartError`, or with {@link HttpListenError} if the port is taken
   * @throws {OptionError} on impossible options
   */
  static start(app: App, plan: ListenPlan, options: ListenAppOptions): Future<SupervisedServer> {
    const settings = supervisionSettings(options.supervision)
    const module = options.module ?? entryModule()
    return Future.from(supervise(app, plan, settings, module))
  }

  get port(): number {
    return this.#supervisor.port
  }

  get closed(): Future<void> {
    return this.#closed
  }

  stats(): HttpServerStats {
    return readHttpStats(...this.#memories())
  }

  webSocketStats(): WebSocketStats {
    return readWebSocketStats(...this.#memories().map(webSocketPart))
  }

  reactors(): readonly ReactorInfo[] {
    return this.#supervisor.cores.map(({ id, generation, member }) => {
      const memory = member?.memory
      return {
        reactor: id,
        isServing: member !== undefined,
        generation,
        http: memory && readHttpStats(memory),
        webSockets: memory && readWebSocketStats(webSocketPart(memory)),
      }
    })
  }

  reload(timeoutMs: number): Future<void> {
    return this.#supervisor.reload(timeoutMs)
  }

  reloadCertificates(): Future<void> {
    return this.#supervisor.gather(CERTIFICATES, RELOAD_TIMEOUT_MS).then(assertReloaded)
  }

  close(timeoutMs: number): Future<void> {
    this.#closing ??= this.#supervisor.close(timeoutMs).finally(() => this.#ended)
    return this.#closing
  }

  /** Where reactors count, those that are gone included. */
  #memories(): ArrayBufferLike[] {
    const live = Array.from(this.#supervisor.members, ({ memory }) => memory ?? [])
    return [this.#retired, ...live.flat()]
  }
}

async function supervise(
  app: App,
  { address, reusePort, reactors: count, http: allHttp, distribution: wanted }: ListenPlan,
  settings: SupervisionSettings,
  module: URL,
): Promise<SupervisedServer> {
  const distribution = await chooseDistribution(wanted, address)
  if (distribution.kind === 'reuse-port' && !reusePort) await probe(address)
  // Certificates are no matter for the environment of a process; the reactor's own code has them.
  const { onError: _, tls, ...http } = allHttp
  const isEncrypted = tls !== undefined
  // Finds out at once, and with one message, what each reactor would fail with.
  createHttpServer(app, allHttp)
  const retired = new ArrayBuffer(REACTOR_STATS_BYTES)
  const shared = await app.startShared()
  try {
    assertPlain(shared)
    const setup: ReactorSetup = { http, address, shared, isEncrypted }
    const supervisor = await Supervisor.start({
      count,
      address,
      settings,
      setup,
      ...(isEncrypted ? { secret: randomBytes(TICKET_KEYS_BYTES) } : {}),
      ...hosts(distribution.kind, module, settings.maxHeapMb),
      onEnd: ({ memory }) => {
        if (memory !== undefined) retireStats(memory, retired)
      },
      distribution: distributionFor(distribution, address),
    })
    return new SupervisedServer(app, supervisor, retired)
  } catch (reason) {
    await app.stopShared().catch(() => {})
    throw reason
  }
}

/** @throws {DependencyError} naming the one whose value cannot be copied */
function assertPlain(shared: readonly Shared[]): void {
  for (const { name, value } of shared) {
    try {
      structuredClone(value)
    } catch (cause) {
      throw new DependencyError(`The value of the app dependency ${name} cannot be copied`, {
        cause,
      })
    }
  }
}

/**
 * Finds out whether the port is free: with `reusePort` a second start of the program would not
 * fail but quietly share the port with the first.
 */
function probe(address: Address): Future<void> {
  return address.port === 0 ? Future.ready() : open(address, () => {}).then((it) => it.close())
}

function open(address: Address, onAccept: (socket: Socket) => void): Future<Acceptor> {
  return Listener.listen(listenOptions(address), onAccept).catch((reason) => {
    throw reason instanceof ListenError ? new HttpListenError(reason.address, reason.cause) : reason
  })
}

function hosts(
  kind: Distribution,
  module: URL,
  maxHeapMb: number | undefined,
): Pick<SupervisorOptions, 'startHost' | 'createMemory'> {
  if (kind === 'cluster') {
    return { startHost: processHosts(module, maxHeapMb), createMemory: undefined }
  }
  return { startHost: threadHosts(module, maxHeapMb), createMemory }
}

function createMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(REACTOR_STATS_BYTES)
}

function distributionFor(
  { kind, movesHandles }: ChosenDistribution,
  address: Address,
): SupervisorOptions['distribution'] {
  if (kind !== 'reuse-port') {
    const listen = (onAccept: (socket: Socket) => void): Future<Acceptor> =>
      open(address, onAccept).then((acceptor) => {
        if (kind === 'transfer' && acceptor.port === 0) refuseUnixSocket(acceptor)
        return acceptor
      })
    return { kind: 'transfer', listen, choose: leastLoaded }
  }
  return { kind: 'listen', reusePort: true, movesListeners: movesHandles }
}

/** Only TCP sockets can be moved to a thread, and it shows late what a given socket is. */
function refuseUnixSocket(acceptor: Acceptor): never {
  acceptor.close()
  throw new OptionError('listen().distribution', 'transfer', "'cluster' for a Unix socket")
}

/** The one with the fewest connections, those on their way to it included. */
function leastLoaded(members: readonly Member[]): Member | undefined {
  let best: Member | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const member of members) {
    const load = member.connectionsSent - closedConnections(member)
    if (load < fewest) [best, fewest] = [member, load]
  }
  return best
}

function closedConnections({ memory }: Member): number {
  if (memory === undefined) return 0
  const { total, open, refused } = readHttpStats(memory).connections
  return total - open + refused
}
