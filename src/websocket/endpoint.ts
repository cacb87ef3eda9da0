import { type ClockTimer, systemClock } from '../core/clock.ts'
import { contextBytes } from './deflate/context-memory.ts'
import { Deflater } from './deflate/deflater.ts'
import type { ExtensionOffer } from './deflate/extension-offers.ts'
import { Inflater } from './deflate/inflater.ts'
import { type DeflateAgreement, negotiateDeflate } from './deflate/negotiation.ts'
import { hasZlibEngine } from './deflate/zlib-engine.ts'
import type { WebSocketSettings } from './options.ts'
import type { SocketConnection } from './socket-connection.ts'

/** Between two looks at the clock for all sockets, in milliseconds. */
const SWEEP_MS = { least: 5, most: 1000 }

/** What one socket compresses with. */
export interface SocketDeflate {
  readonly inflater: Inflater
  readonly deflater: Deflater
  readonly thresholdBytes: number
  /** Whether the deflater is that of all sockets with this window: then so is what it makes. */
  readonly isShared: boolean
  /** Frees what is the socket's own. */
  release(): void
}

/** What all sockets of one route on one core share: settings, their timeouts, and contexts of zlib. */
export class Endpoint {
  readonly settings: WebSocketSettings
  readonly #sockets: Set<SocketConnection> = new Set()
  /** By the base-two logarithm of the window. */
  readonly #inflaters: Map<number, Inflater> = new Map()
  readonly #deflaters: Map<number, Deflater> = new Map()
  #contextBytes = 0
  #sweeper: ClockTimer | undefined

  constructor(settings: WebSocketSettings) {
    this.settings = settings
  }

  add(socket: SocketConnection): void {
    this.#sockets.add(socket)
    this.#sweeper ??= systemClock.setPeriodicTimer(this.#sweepIntervalMs, () => this.#sweep())
    this.#sweeper.unref()
  }

  remove(socket: SocketConnection): void {
    this.#sockets.delete(socket)
    if (this.#sockets.size > 0) return
    this.#sweeper?.cancel()
    this.#sweeper = undefined
  }

  /** @returns undefined if messages are not compressed */
  negotiate(offers: readonly ExtensionOffer[]): DeflateAgreement | undefined {
    const { deflate } = this.settings
    if (deflate === undefined || offers.length === 0 || !hasZlibEngine()) return undefined
    const hasMemory = this.#contextBytes + contextBytes(deflate) <= deflate.maxContextBytes
    return negotiateDeflate(offers, deflate, hasMemory)
  }

  /** The contexts of a new socket: its own where they are kept, else those of all. */
  openDeflate(agreement: DeflateAgreement): SocketDeflate | undefined {
    const { deflate } = this.settings
    if (deflate === undefined) return undefined
    const { serverKeepsContext, clientKeepsContext } = agreement
    const { serverWindowBits, clientWindowBits } = agreement
    const isOwner = serverKeepsContext || clientKeepsContext
    const reserved = isOwner ? contextBytes(deflate) : 0
    this.#contextBytes += reserved
    const inflater = clientKeepsContext
      ? new Inflater(clientWindowBits, true)
      : this.#sharedInflater(clientWindowBits)
    const deflater = serverKeepsContext
      ? new Deflater({ ...deflate, windowBits: serverWindowBits }, true)
      : this.#sharedDeflater(serverWindowBits)
    const release = (): void => {
      this.#contextBytes -= reserved
      if (clientKeepsContext) inflater.close()
      if (serverKeepsContext) deflater.close()
    }
    const { thresholdBytes } = deflate
    return { inflater, deflater, thresholdBytes, isShared: !serverKeepsContext, release }
  }

  #sharedInflater(windowBits: number): Inflater {
    let inflater = this.#inflaters.get(windowBits)
    if (inflater === undefined) {
      inflater = new Inflater(windowBits, false)
      this.#inflaters.set(windowBits, inflater)
    }
    return inflater
  }

  #sharedDeflater(windowBits: number): Deflater {
    let deflater = this.#deflaters.get(windowBits)
    if (deflater === undefined) {
      deflater = new Deflater({ ...this.settings.deflate!, windowBits }, false)
      this.#deflaters.set(windowBits, deflater)
    }
    return deflater
  }

  get #sweepIntervalMs(): number {
    const { pingIntervalMs, pongTimeoutMs, idleTimeoutMs, sendTimeoutMs, closeTimeoutMs } =
      this.settings
    const timeouts = [pingIntervalMs, pongTimeoutMs, idleTimeoutMs, sendTimeoutMs, closeTimeoutMs]
    const shortest = Math.min(...timeouts.filter((ms) => ms > 0))
    return Math.max(SWEEP_MS.least, Math.min(SWEEP_MS.most, shortest / 4))
  }

  #sweep(): void {
    const nowMs = Math.trunc(performance.now())
    for (const socket of this.#sockets) socket.sweep(nowMs)
  }
}
