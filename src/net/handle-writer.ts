import { Socket, type SocketConstructorOpts } from 'node:net'
import { getSystemErrorName } from 'node:util'

/** What libuv keeps of a write that does not complete at once. */
interface WriteRequest {
  oncomplete?: (status: number) => void
  /** Set if the write completed before anybody could listen. */
  writeStatus?: number | null
  getAsyncId(): number
}

interface Handle {
  readonly writeQueueSize: number
  /**
   * Up to Node 26.9 the caller brings the request, and a status is returned. From 26.10 on it brings
   * null, and gets a status if the write completed, else the request.
   */
  writeLatin1String(request: WriteRequest | null, text: string): number | WriteRequest
}

/** The id of a request that libuv has not taken up. */
const NOT_TAKEN = -1

/** Handles of plain sockets; TLS has one of its own, whose writes never complete at once. */
const PLAIN_HANDLES: ReadonlySet<string> = new Set(['TCP', 'Pipe'])

/** Null where writes make their own requests, undefined where neither way is understood. */
const Request = findRequestClass()
/** Nearly every write completes at once and leaves its request as it was: all sockets share this one. */
let spare: WriteRequest | null = null

/**
 * Writes text to a socket's handle, past the stream: a stream's bookkeeping and its request object
 * cost a third of what the system call does.
 *
 * Methods of handles are not documented: where they are not what is expected, there is no writer.
 */
export class HandleWriter {
  readonly #socket: Socket
  readonly #handle: Handle
  readonly #onDrain: () => void
  /** Writes that libuv has taken up and not completed. */
  #inFlight = 0

  private constructor(socket: Socket, handle: Handle, onDrain: () => void) {
    this.#socket = socket
    this.#handle = handle
    this.#onDrain = onDrain
  }

  /**
   * @param onDrain - called when everything that had to wait is written
   * @returns undefined if text has to go through the stream
   */
  static of(socket: Socket, onDrain: () => void): HandleWriter | undefined {
    const handle = (socket as unknown as { readonly _handle: unknown })._handle
    if (Request === undefined || !isPlainHandle(handle)) return undefined
    return new HandleWriter(socket, handle, onDrain)
  }

  /** Bytes that wait in libuv. */
  get bufferedBytes(): number {
    return this.#inFlight === 0 ? 0 : this.#handle.writeQueueSize
  }

  /**
   * @param text - every character is one byte
   * @returns false if the stream has something to write first
   */
  write(text: string): boolean {
    const socket = this.#socket
    if (socket.writableLength > 0 || socket.connecting || !socket.writable) return false
    if (Request !== null) spare ??= new Request!()
    const result = this.#handle.writeLatin1String(spare, text)
    if (typeof result !== 'number') this.#await(result)
    else if (result !== 0) socket.destroy(systemError(result))
    else if (spare !== null && spare.getAsyncId() !== NOT_TAKEN) this.#await(spare)
    return true
  }

  #await(request: WriteRequest): void {
    spare = null
    this.#inFlight++
    const onComplete = (status: number): void => {
      this.#inFlight--
      if (this.#socket.destroyed) return
      if (status < 0) this.#socket.destroy(systemError(status))
      else if (this.#inFlight === 0) this.#onDrain()
    }
    request.oncomplete = onComplete
    if (typeof request.writeStatus === 'number') {
      const status = request.writeStatus
      request.writeStatus = null
      onComplete(status)
    }
  }
}

/**
 * Bytes that a socket's handle has not sent yet, as libuv counts them.
 *
 * The count is not documented: where it is missing, it is 0.
 */
export function queuedBytes(socket: Socket): number {
  const handle = (socket as unknown as { readonly _handle?: Partial<Handle> | null })._handle
  const queued: unknown = handle?.writeQueueSize
  return typeof queued === 'number' ? queued : 0
}

function isPlainHandle(candidate: unknown): candidate is Handle {
  if (typeof candidate !== 'object' || candidate === null) return false
  const handle = candidate as Partial<Handle>
  return (
    PLAIN_HANDLES.has(candidate.constructor.name) &&
    typeof handle.writeLatin1String === 'function' &&
    typeof handle.writeQueueSize === 'number'
  )
}

/** Has a stream write to a handle that is none, and looks at the request it passes. */
function findRequestClass(): (new () => WriteRequest) | null | undefined {
  let seen: Partial<WriteRequest> | null | undefined
  const handle = {
    readStart: () => 0,
    writeLatin1String(request: Partial<WriteRequest> | null) {
      seen = request
      return 0
    },
    close: () => {},
  }
  const socket = new Socket({ handle, readable: false } as unknown as SocketConstructorOpts)
  socket.on('error', () => {})
  socket.write('.', 'latin1')
  socket.destroy()
  if (seen === null) return null
  const isExpected = typeof seen?.getAsyncId === 'function' && seen.getAsyncId() === NOT_TAKEN
  return isExpected ? (seen?.constructor as new () => WriteRequest) : undefined
}

function systemError(errno: number): Error {
  const code = getSystemErrorName(errno)
  return Object.assign(new Error(`write ${code}`), { errno, code, syscall: 'write' })
}
