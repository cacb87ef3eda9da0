import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { atEndOfTurn, enterCallback, leaveCallback, type Task } from '../core/run-queue.ts'
import type { Future } from '../future/index.ts'
import { type AcceptOptions, adoptAccepted, defaultReadPath, HIGH_WATER_BYTES } from './adopt.ts'
import { type ConnectOptions, openSocket } from './connect.ts'
import { type ConnectionHandler, NOBODY } from './connection-handler.ts'
import { CORK_LIMIT_BYTES, CorkedOutput } from './corked-output.ts'
import { HandleWriter, queuedBytes } from './handle-writer.ts'
import { readBufferView } from './read-buffer.ts'
import { ReadTarget } from './read-target.ts'

/**
 * A byte stream, accepted or connected, over `node:net` or `node:tls`.
 *
 * Reads go into one buffer per thread. Writes are corked: what is written in one turn of the run
 * queue, by whomever, leaves in one system call when the turn ends.
 */
export class Connection {
  readonly #socket: Socket
  readonly #output = new CorkedOutput()
  readonly #flushTask: Task = { run: () => this.#flushAtEndOfTurn() }
  #writer: HandleWriter | undefined
  #handler: ConnectionHandler
  #error: Error | undefined
  #afterClose: (() => void) | undefined
  /** Undefined if reads always go into buffers of the stream's. */
  #readTarget: ReadTarget | undefined
  #isReading = false
  #isFlushScheduled = false
  #isEnding = false
  #isClosed = false

  /** True while more than 64 KiB wait for the peer; `onDrain` follows. */
  isCongested = false

  /** Bytes received and sent (handed to the socket) so far. */
  bytesRead = 0
  bytesWritten = 0

  /** @param isSharedRead - true if the socket itself passes on what it reads */
  private constructor(socket: Socket, handler: ConnectionHandler, isSharedRead: boolean) {
    this.#socket = socket
    this.#handler = handler
    this.#subscribe()
    if (isSharedRead) this.#writer = HandleWriter.of(socket, () => this.#onDrain())
    else {
      socket.on('data', (chunk: Buffer) => this.receive(chunk))
      socket.resume()
    }
  }

  /**
   * Takes over a socket from a `net.Server` that was created with `pauseOnConnect`, `allowHalfOpen`.
   *
   * The socket object must not be used by anybody else afterwards.
   */
  static accept(
    socket: Socket,
    handler: ConnectionHandler,
    options: AcceptOptions = {},
  ): Connection {
    const path = options.readPath ?? defaultReadPath
    let connection: Connection | undefined
    const onRead = (chunk: Buffer): void => connection?.receive(chunk)
    const target = new ReadTarget()
    const adopted =
      path === 'shared' ? adoptAccepted(socket, onRead, () => target.next()) : undefined
    connection = new Connection(adopted ?? socket, handler, adopted !== undefined)
    if (adopted !== undefined) connection.#readTarget = target
    return connection
  }

  /**
   * Opens a connection to a host and port or to a Unix socket, with TLS if asked for.
   *
   * @returns the open connection; the future fails with {@link ConnectError}, or with
   * `TimeoutError` or `AbortedError`
   * @throws {OptionError} for options that are unknown or make no sense together
   */
  static connect(options: ConnectOptions): Future<Connection> {
    let connection: Connection | undefined
    const onRead = (length: number): void => connection?.receive(readBufferView(length))
    return openSocket(options, onRead, (socket, isSharedRead) => {
      connection = new Connection(socket, options.handler, isSharedRead)
      return connection
    })
  }

  /**
   * Gives the socket away, with `unread` put back into it: the connection is closed for everybody
   * else, and tells nobody anything any more.
   */
  detach(unread: Buffer): Socket {
    const socket = this.#socket
    socket.removeAllListeners('data')
    // A socket that flows would drop what nobody takes; one that reads into a buffer must go on.
    if (socket.readableFlowing === true) socket.pause()
    if (unread.length > 0) socket.unshift(unread)
    this.#handler = NOBODY
    this.#isClosed = true
    this.#isEnding = true
    this.#output.clear()
    return socket
  }

  /** Changes who is told; the next event goes to `handler`. */
  setHandler(handler: ConnectionHandler): void {
    this.#handler = handler
  }

  /**
   * Who lends the connection to another handler is told of its close here, after that handler.
   *
   * @internal
   */
  setAfterClose(listener: () => void): void {
    this.#afterClose = listener
  }

  /**
   * Queues text or bytes; they leave when the turn ends. Bytes are copied: they may be used again.
   *
   * @param encoding - `latin1`: each character is one byte; default `utf8`
   * @returns false when more than 64 KiB wait for the peer: write on after `onDrain`.
   * After `end` or a close the data is dropped, and false returned
   */
  write(data: string | Uint8Array, encoding: 'latin1' | 'utf8' = 'utf8'): boolean {
    if (this.#isEnding) return false
    if (typeof data !== 'string') this.#output.appendBytes(data, false)
    else if (encoding === 'latin1') this.#output.appendLatin1(data)
    else this.#output.appendUtf8(data)
    return this.#afterAppend()
  }

  /** As {@link write}, but big arrays are not copied: they must not change any more. */
  writeOwned(data: Uint8Array): boolean {
    if (this.#isEnding) return false
    this.#output.appendBytes(data, true)
    return this.#afterAppend()
  }

  /** Sends what is corked now. */
  flush(): void {
    const { bytes } = this.#output
    if (bytes === 0 || this.#isClosed) return
    this.bytesWritten += bytes
    this.#output.writeTo(this.#socket, this.#writer)
    this.isCongested = this.#waitingBytes >= HIGH_WATER_BYTES
  }

  /** Stops reading, so that the peer feels backpressure. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Sends what is corked, then FIN. Reading goes on until the peer ends too. */
  end(): void {
    if (this.#isEnding) return
    this.flush()
    this.#isEnding = true
    this.#socket.end()
  }

  /** Closes at once; what is not sent yet is lost. `onClose` is called later, with `error`. */
  destroy(error?: Error): void {
    this.#isEnding = true
    this.#error ??= error
    this.#output.clear()
    this.#socket.destroy()
  }

  /** Bytes corked or waiting in the socket. */
  get bufferedBytes(): number {
    return this.#output.bytes + this.#waitingBytes
  }

  /**
   * As {@link bufferedBytes}, but also grows less while the peer takes a part of a long write, where
   * this Node tells.
   */
  get unsentBytes(): number {
    return this.bufferedBytes + queuedBytes(this.#socket)
  }

  /** True once the connection is closed or being destroyed. */
  get isClosed(): boolean {
    return this.#isClosed || this.#socket.destroyed
  }

  /** Address of the peer; undefined for Unix sockets and after the close. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress
  }

  get localPort(): number | undefined {
    return this.#socket.localPort
  }

  /** Lets the process live as long as the connection does: the default. */
  ref(): void {
    this.#socket.ref()
  }

  /** Lets the process end although the connection is open. */
  unref(): void {
    this.#socket.unref()
  }

  /**
   * Lets the next read, and only that, go into a buffer of the handler's own: a chunk that stands in
   * there stays valid. To be called from `onData`; the read may be a shorter one, or go into the
   * shared buffer all the same.
   */
  readInto(target: Buffer | undefined): void {
    this.#readTarget?.lend(target)
  }

  /** @internal Input from the socket. */
  receive(chunk: Buffer): void {
    this.bytesRead += chunk.length
    this.#isReading = true
    enterCallback()
    try {
      this.#handler.onData(chunk)
    } catch (error) {
      this.destroy(error as Error)
    } finally {
      leaveCallback()
      this.#isReading = false
      this.flush()
    }
  }

  /** Bytes that were handed to the socket and wait there. */
  get #waitingBytes(): number {
    const { writableLength } = this.#socket
    return this.#writer === undefined ? writableLength : writableLength + this.#writer.bufferedBytes
  }

  #afterAppend(): boolean {
    if (this.#output.bytes >= CORK_LIMIT_BYTES) this.flush()
    else if (!this.#isReading && !this.#isFlushScheduled) {
      this.#isFlushScheduled = true
      atEndOfTurn(this.#flushTask)
    }
    return !this.isCongested
  }

  #flushAtEndOfTurn(): void {
    this.#isFlushScheduled = false
    this.flush()
  }

  #subscribe(): void {
    const socket = this.#socket
    socket.on('end', () => this.#tell(() => this.#handler.onEnd()))
    socket.on('drain', () => this.#onDrain())
    socket.on('error', (error) => {
      this.#error ??= error
    })
    socket.on('close', () => {
      this.#isClosed = true
      this.#isEnding = true
      this.#output.clear()
      this.#tell(() => this.#handler.onClose(this.#error))
      this.#afterClose?.()
    })
  }

  /** Stream and handle may both have had something to wait for. */
  #onDrain(): void {
    if (!this.isCongested || this.#waitingBytes > 0) return
    this.isCongested = false
    this.#tell(() => this.#handler.onDrain())
  }

  #tell(event: () => void): void {
    enterCallback()
    try {
      event()
    } catch (error) {
      this.destroy(error as Error)
    } finally {
      leaveCallback()
    }
  }
}
