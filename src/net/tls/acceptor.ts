import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls'
import { isMainThread } from 'node:worker_threads'
import { ClosedError } from '../../core/errors.ts'
import { enterCallback, leaveCallback } from '../../core/run-queue.ts'
import { filesVersion, findContext, loadContexts, type TlsContexts } from './contexts.ts'
import { TICKET_KEYS_BYTES, type TlsSettings } from './options.ts'

/** Waits for the end of one handshake. Exactly one of both is called, as an I/O callback. */
export interface Handshake {
  /** @param socket - encrypted, half-open if one side ends; nothing was read from it yet */
  onSecure(socket: TLSSocket): void
  /** The socket is closed, or about to be. */
  onFailed(reason: Error): void
}

/** Longer than any timeout: whoever waits for a handshake ends it. */
const NEVER_MS = 0x7fffffff

/**
 * Does the server's part of TLS on sockets that somebody else has accepted.
 *
 * It is a `tls.Server` that never listens: the handshake, its checks and its errors are Node's.
 */
export class TlsAcceptor {
  readonly #where: string
  readonly #settings: TlsSettings
  readonly #server: Server
  readonly #handshakes = new Map<Socket, Handshake>()
  #ticketKeys: Uint8Array
  #contexts: TlsContexts
  #version: string

  /**
   * Reads all certificates.
   *
   * @param where - for messages: `listen options.tls`
   * @param protocols - offered by ALPN, the first one is preferred
   * @throws {TlsConfigError} if a certificate or key cannot be used
   */
  constructor(where: string, settings: TlsSettings, protocols: readonly string[]) {
    this.#where = where
    this.#settings = settings
    this.#ticketKeys = settings.ticketKeys ?? randomBytes(TICKET_KEYS_BYTES)
    this.#version = filesVersion(settings)
    this.#contexts = this.#load()
    const { requestCert, rejectUnauthorized } = settings
    const names = settings.contexts.size === 0 ? {} : { SNICallback: this.#chooseContext }
    this.#server = createServer({
      ...this.#contexts.fallback,
      ...names,
      requestCert,
      rejectUnauthorized,
      ALPNProtocols: [...protocols],
      handshakeTimeout: NEVER_MS,
    })
    this.#server.on('secureConnection', (socket) => {
      socket.allowHalfOpen = true
      this.#end(socket, (handshake) => handshake.onSecure(socket))
    })
    this.#server.on('tlsClientError', (reason, socket) => {
      this.#end(socket, (handshake) => handshake.onFailed(reason))
    })
  }

  /** Begins the handshake. @param socket - paused; what was put back with `unshift` counts */
  accept(socket: Socket, handshake: Handshake): void {
    this.#handshakes.set(socket, handshake)
    // Who ends his side in the middle of a handshake has given it up.
    socket.allowHalfOpen = false
    socket.once('close', () => this.#onRawClose(socket))
    this.#server.emit('connection', socket)
  }

  /**
   * Reads all files again; connections that are open keep what they have.
   *
   * @throws {TlsConfigError} if one cannot be used: the old ones stay
   */
  reload(): void {
    const version = filesVersion(this.#settings)
    // The same broken files are not to be reported at each look.
    this.#version = version
    this.#use(this.#load())
  }

  /**
   * Reads all files again if one has changed.
   *
   * @returns whether one has
   * @throws {TlsConfigError} if one cannot be used: the old ones stay
   */
  reloadIfChanged(): boolean {
    if (filesVersion(this.#settings) === this.#version) return false
    this.reload()
    return true
  }

  /** Lets others with the same keys resume the sessions of this one; those given as option count more. */
  shareTicketKeys(keys: Uint8Array): void {
    if (this.#settings.ticketKeys !== undefined) return
    this.#ticketKeys = keys
    this.#use(this.#load())
  }

  #load(): TlsContexts {
    const contexts = loadContexts(this.#where, this.#settings, this.#ticketKeys)
    // One thread is enough to say it.
    for (const warning of isMainThread ? contexts.warnings : []) {
      process.emitWarning(warning, { code: 'FASTERAPI_TLS_CERTIFICATE' })
    }
    return contexts
  }

  #use(contexts: TlsContexts): void {
    this.#server.setSecureContext(contexts.fallback)
    this.#contexts = contexts
  }

  readonly #chooseContext = (
    host: string,
    answer: (error: Error | null, context?: SecureContext) => void,
  ): void => answer(null, findContext(this.#contexts.byName, host))

  /** Mostly Node has told of it before; not of a socket that was closed before it could begin. */
  #onRawClose(raw: Socket): void {
    this.#tell(raw, (handshake) => handshake.onFailed(new ClosedError('The connection')))
  }

  #end(socket: TLSSocket, tell: (handshake: Handshake) => void): void {
    const raw = rawSocketOf(socket)
    if (raw !== undefined) this.#tell(raw, tell)
  }

  #tell(raw: Socket, tell: (handshake: Handshake) => void): void {
    const handshake = this.#handshakes.get(raw)
    if (handshake === undefined) return
    this.#handshakes.delete(raw)
    enterCallback()
    try {
      tell(handshake)
    } finally {
      leaveCallback()
    }
  }
}

/** Node names the socket below a `TLSSocket` only here; the tests would notice if it went away. */
function rawSocketOf(socket: TLSSocket): Socket | undefined {
  return (socket as unknown as { readonly _parent?: Socket })._parent
}
