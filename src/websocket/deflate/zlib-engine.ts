import { Buffer } from 'node:buffer'
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib'
import { MessageBuffer } from '../protocol/message-buffer.ts'

/** What a zlib stream of Node drives underneath. Not documented: see {@link hasZlibEngine}. */
interface ZlibHandle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void
  reset(): void
  close(): void
  onerror: (message: string, errno: number, code: string) => void
}

interface ZlibInternals {
  readonly _handle?: ZlibHandle | null
  /** Room left in the output, and input not used, after a write. */
  readonly _writeState?: Uint32Array
}

/** The end of a flush, which messages go without. @see RFC 7692, 7.2.1 */
export const FLUSH_TAIL: Buffer = Buffer.from([0, 0, 0xff, 0xff])

/** Output of all engines, before it is copied to where it belongs. */
const CHUNK_BYTES = 16_384
const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)

export interface ZlibEngineOptions {
  readonly kind: 'deflate' | 'inflate'
  readonly windowBits: number
  readonly level?: number
  readonly memoryLevel?: number
}

/**
 * A zlib state that works at once and is kept: Node's own functions that work at once make a new
 * state for each call, and its streams answer later, from another thread, which takes ten times as
 * long as compressing a message of the usual size.
 */
export class ZlibEngine {
  readonly #handle: ZlibHandle
  readonly #state: Uint32Array
  readonly #stream: { close(): void }
  #error: string | undefined

  constructor({ kind, windowBits, level, memoryLevel }: ZlibEngineOptions) {
    const stream =
      kind === 'inflate'
        ? createInflateRaw({ windowBits })
        : createDeflateRaw({
            windowBits,
            level: level ?? constants.Z_DEFAULT_COMPRESSION,
            memLevel: memoryLevel ?? constants.Z_DEFAULT_MEMLEVEL,
          })
    const { _handle, _writeState } = stream as unknown as ZlibInternals
    if (!isHandle(_handle) || !(_writeState instanceof Uint32Array)) {
      stream.close()
      throw new Error('This Node does not show the state of its zlib streams')
    }
    this.#stream = stream
    this.#handle = _handle
    this.#state = _writeState
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- no event target, but zlib's own
    _handle.onerror = (message) => {
      this.#error = message
    }
  }

  /**
   * Runs `input` through, up to a flush, and appends what comes out to `output`.
   *
   * @param maxBytes - stops when there is more output than this, what `output` has included
   * @returns false if it has stopped
   * @throws {Error} for input that cannot be inflated; then this engine is of no use any more
   */
  run(input: Uint8Array, output: MessageBuffer, maxBytes: number): boolean {
    for (let at = 0; ; ) {
      this.#write(input, at)
      const [roomLeft = 0, inputLeft = 0] = this.#state
      const produced = CHUNK_BYTES - roomLeft
      if (output.length + produced > maxBytes) return false
      output.append(chunk, 0, produced, 0)
      if (roomLeft > 0) {
        if (inputLeft === 0) return true
        // Room and input are left: the peer has ended its stream. What follows begins a new one,
        // except for the flush that was cut off and put back.
        this.#handle.reset()
        if (input === FLUSH_TAIL) return true
      }
      at = input.length - inputLeft
    }
  }

  /** Forgets what was seen so far. */
  reset(): void {
    this.#handle.reset()
  }

  /** Frees its memory. */
  close(): void {
    this.#stream.close()
  }

  #write(input: Uint8Array, at: number): void {
    const length = input.length - at
    this.#handle.writeSync(constants.Z_SYNC_FLUSH, input, at, length, chunk, 0, CHUNK_BYTES)
    if (this.#error === undefined) return
    const message = this.#error
    this.#error = undefined
    throw new Error(message)
  }
}

let isSupported: boolean | undefined

/** Whether this Node lets zlib be driven at once; without, there is no permessage-deflate. */
export function hasZlibEngine(): boolean {
  isSupported ??= canMakeEngine()
  return isSupported
}

function canMakeEngine(): boolean {
  try {
    const engine = new ZlibEngine({ kind: 'deflate', windowBits: 15 })
    const output = new MessageBuffer()
    engine.run(Buffer.from('test'), output, 100)
    engine.close()
    return output.take().subarray(-4).equals(FLUSH_TAIL)
  } catch {
    return false
  }
}

function isHandle(handle: ZlibHandle | null | undefined): handle is ZlibHandle {
  return typeof handle?.writeSync === 'function' && typeof handle.reset === 'function'
}
