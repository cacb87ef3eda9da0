import { Socket, type SocketConstructorOpts } from 'node:net'
import { getSystemErrorName } from 'node:util'

/** What libuv wants for each write; taken up only if the write does not complete at once. */
interface WriteRequest {
  oncomplete?: (status: number) => void
  getAsyncId(): number
}

interface Handle {
  readonly writeQueueSize: number
  writeLatin1String(request: WriteRequest, text: string): number
}

/** The id of a request that libuv has not taken up. */
const NOT_TAKEN = -1

/** Handles of plain sockets; TLS has one of its own, whose writes never complete at once. */
const PLAIN_HANDLES: ReadonlySet<string> = new Set(['TCP', 'Pipe'])

/** Node exports this class nowhere. */
const Request = findRequestClass()
/** Nearly every write completes at once and leaves its request as it was: all sockets share this one. */
let spare: WriteRequest | undefined

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
    const request = (spare ??= new Request!())
    const status = this.#handle.writeLatin1String(request, text)
    if (status !== 0) socket.destroy(systemError(status))
    else if (request.getAsyncId() !== NOT_TAKEN) this.#await(request)
    return true
  }

  #await(request: WriteRequest): void {
    spare = undefined
    this.#inFlight++
    request.oncomplete = (status) => {
      this.#inFlight--
      if (this.#socket.destroyed) return
      if (status < 0) this.#socket.destroy(systemError(status))
      else if (this.#inFlight === 0) this.#onDrain()
    }
  }
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
function findRequestClass(): (new () => WriteRequest) | undefined {
  let seen: Partial<WriteRequest> | undefined
  const handle = {
    readStart: () => 0,
    writeLatin1String(request: Partial<WriteRequest>) {
      seen = request
      return 0
    },
    close: () => {},
  }
  const socket = new Socket({ handle, readable: false } as unknown as SocketConstructorOpts)
  socket.on('error', () => {})
  socket.write('.', 'latin1')
  socket.destroy()
  const isExpected = typeof seen?.getAsyncId === 'function' && seen.getAsyncId() === NOT_TAKEN
  return isExpected ? (seen?.constructor as new () => WriteRequest) : undefined
}

function systemError(errno: number): Error {
  const code = getSystemErrorName(errno)
  return Object.assign(new Error(`write ${code}`), { errno, code, syscall: 'write' })
}
