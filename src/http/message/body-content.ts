import { Buffer } from 'node:buffer'
import { BodyBuffer } from './body-buffer.ts'
import { BodyParts } from './body-parts.ts'
import { BodyRoom } from './body-room.ts'

/** What has come of a body and nobody has taken yet, copied as late and as seldom as can be. */
export abstract class BodyContent {
  /** Declared length in bytes, or -1 if it is not known. */
  readonly declaredLength: number
  #parts: BodyParts | BodyBuffer | undefined
  /** A part of the connection's read buffer, valid until {@link keepView}. */
  #view: Buffer | undefined
  /** Of a body read in pieces that comes fast. */
  #room: BodyRoom | undefined
  #takenBytes = 0
  /** What had come when nobody wanted the rest any more. */
  #discardedFrom = 0
  /** Nobody wants what still comes. @internal */
  isDiscarding = false
  /** Content bytes that have arrived. */
  receivedBytes = 0
  /** All of it has arrived. */
  isComplete = false

  /** @internal */
  constructor(declaredLength: number) {
    this.declaredLength = declaredLength
  }

  /** Somebody waits for the whole. @internal */
  protected abstract readonly isGathered: boolean
  /** Somebody takes it in pieces. @internal */
  protected abstract readonly isStreamed: boolean
  /** @returns false if there is no memory for so much more; then the body has failed. @internal */
  protected abstract reserve(bytes: number): boolean

  /** What has arrived and is not taken. @internal */
  get untakenBytes(): number {
    return this.receivedBytes - this.#takenBytes
  }

  /** What has come since nobody wants it. @internal */
  get discardedBytes(): number {
    return this.isDiscarding ? this.receivedBytes - this.#discardedFrom : 0
  }

  /** Copies what only stands in the read buffer: it is about to be used for other input. @internal */
  keepView(): void {
    if (this.#view === undefined) return
    const view = this.#view
    this.#view = undefined
    this.#keep(view, 0, view.length)
  }

  /**
   * Where to receive what comes next, so that it need not be copied.
   *
   * @returns undefined if it cannot be received anywhere but in the connection's own buffer
   * @internal
   */
  room(): Buffer | undefined {
    if (this.isDiscarding || this.isComplete || this.declaredLength === -1) return undefined
    if (this.#parts instanceof BodyBuffer) return this.#parts.room()
    if (!this.isStreamed) return undefined
    this.#room ??= new BodyRoom()
    return this.#room.next(this.declaredLength - this.receivedBytes)
  }

  /** Takes content that counts as received already. @internal */
  protected store(bytes: Uint8Array, start: number, end: number): void {
    // The first may be all there is, and taken before the read buffer is used again.
    if (this.receivedBytes === end - start && !this.isGathered) {
      this.#view = (bytes as Buffer).subarray(start, end)
      return
    }
    this.keepView()
    this.#keep(bytes, start, end)
  }

  /** All that has come since the last time; it is the caller's own. @internal */
  protected take(): Uint8Array {
    this.#takenBytes = this.receivedBytes
    const view = this.#view
    const parts = this.#parts
    // All of it has come with the head, as most bodies do.
    if (parts === undefined && view !== undefined) {
      this.#view = undefined
      return Buffer.from(view)
    }
    this.#parts = undefined
    return parts === undefined ? Buffer.alloc(0) : parts.join()
  }

  /** Lets go what has come, and all that is still to come. @internal */
  protected drop(): void {
    if (!this.isDiscarding) this.#discardedFrom = this.receivedBytes
    this.isDiscarding = true
    this.#parts = undefined
    this.#view = undefined
    this.#room = undefined
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    // What is complete is about to be read: only what is being gathered can pile up.
    if (!this.isComplete && !this.reserve(end - start)) return
    const parts = (this.#parts ??= this.#createParts())
    if (parts instanceof BodyParts && this.#room?.take(bytes, start, end) === true) {
      parts.add((bytes as Buffer).subarray(start, end))
    } else parts.copy(bytes, start, end)
  }

  /** Somebody waits for the whole of a known length, or nobody knows yet what is wanted of it. */
  #createParts(): BodyParts | BodyBuffer {
    return !this.isGathered || this.declaredLength === -1
      ? new BodyParts()
      : new BodyBuffer(this.declaredLength)
  }
}
