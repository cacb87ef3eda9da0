import { isQuotaSpent } from '../../core/run-queue.ts'
import { Future, settleFailed, settleReady } from '../../future/future.ts'
import {
  ASIDE,
  CALL,
  FAILURE,
  FRAME_HEADER_BYTES,
  type FrameHead,
  FUNCTION_ID_BYTES,
  MOVED,
  REPLY,
  readFunctionId,
  readHead,
  readLength,
} from './frame.ts'
import { Answer, type Link } from './link.ts'
import { MessageError, UnknownRemoteError } from './mesh-errors.ts'
import { MessageDecoder } from './message-decoder.ts'
import { findRemote } from './remote-registry.ts'
import { reviveFailure } from './revive-failure.ts'

/** Half of a ring may be read before its writer is told: it goes on writing while the rest is read. */
const RELEASE_PARTS = 2

/** A call of a function that is not known yet. */
interface ParkedCall {
  readonly link: Link
  readonly generation: number
  readonly callId: number
  readonly functionId: number
  readonly args: readonly unknown[]
}

/** Reads the frames of all links, runs what is called and settles what is answered. */
export class Inbox {
  /** Frames read so far. */
  received = 0
  readonly #core: number
  readonly #generation: number
  readonly #decoder = new MessageDecoder(Buffer.alloc(0), new DataView(new ArrayBuffer(0)))
  readonly #head: FrameHead = { kind: 0, flags: 0, generation: 0, callId: 0 }
  #parked: ParkedCall[] = []
  #isLoading: boolean

  /**
   * @param core - its own
   * @param generation - of the own place: frames for another one are dropped
   * @param isLoading - whether calls of unknown functions wait until {@link loaded}
   */
  constructor(core: number, generation: number, isLoading: boolean) {
    this.#core = core
    this.#generation = generation
    this.#isLoading = isLoading
  }

  /**
   * Reads what has come through a link, until the quota is used up.
   *
   * @param wake - called when the writer waits for room
   * @returns whether there is more to read
   */
  read(link: Link, wake: (link: Link) => void): boolean {
    const { reader } = link
    if (!reader.refresh()) return false
    const batch = reader.bytes.length / RELEASE_PARTS
    let unreleased = 0
    let isSpent = false
    while (!isSpent) {
      const at = reader.next()
      if (at === -1) break
      const length = readLength(reader.words, at)
      this.#readFrame(link, at, length)
      unreleased += length
      if (unreleased > batch) {
        unreleased = 0
        if (reader.release()) wake(link)
      }
      isSpent = isQuotaSpent()
    }
    if (reader.release()) wake(link)
    return isSpent
  }

  /** Calls of unknown functions are errors from now on. */
  loaded(): void {
    this.#isLoading = false
    this.retryParked()
  }

  /** Runs the parked calls whose function is known by now. */
  retryParked(): void {
    const parked = this.#parked
    this.#parked = []
    for (const { link, generation, callId, functionId, args } of parked) {
      this.#run(link, generation, callId, functionId, args)
    }
  }

  #readFrame(link: Link, at: number, length: number): void {
    const { reader } = link
    const head = this.#head
    readHead(reader.words, at, head)
    this.received++
    // The message was for the reactor that had this place before.
    if (head.generation !== this.#generation) return reader.skip(length)
    const { kind, callId } = head
    const functionId = kind === CALL ? readFunctionId(reader.words, at) : 0
    const payload = this.#payload(link, at, length)
    // Before user code runs: it may take long, or throw.
    reader.skip(length)
    if (kind !== CALL) return this.#settle(link, kind, callId, payload)
    const { generation } = link
    if (!(payload instanceof MessageError)) {
      this.#run(link, generation, callId, functionId, payload as unknown[])
    } else refuse(link, generation, callId, payload)
  }

  /** @returns the error instead, if there is none: no value that is sent is an instance of its class */
  #payload(link: Link, at: number, length: number): unknown {
    const { bytes, view } = link.reader
    const { kind, flags } = this.#head
    const start = at + FRAME_HEADER_BYTES + (kind === CALL ? FUNCTION_ID_BYTES : 0)
    this.#decoder.source(bytes, view, start, at + length)
    try {
      if (flags === ASIDE) return link.side.fetch(Number(this.#decoder.read()))
      if (flags === MOVED) return link.transfers.fetch(Number(this.#decoder.read()))
      return kind === CALL ? this.#decoder.readAll() : this.#decoder.read()
    } catch (error) {
      return error
    }
  }

  #settle(link: Link, kind: number, callId: number, payload: unknown): void {
    const future = link.settle(callId)
    if (future === undefined) return
    if (payload instanceof MessageError) settleFailed(future, payload)
    else if (kind === REPLY) settleReady(future, payload)
    else if (kind === FAILURE) settleFailed(future, reviveFailure(payload))
    else settleFailed(future, new UnknownRemoteError(nameOf(payload), link.core))
  }

  #run(
    link: Link,
    generation: number,
    callId: number,
    functionId: number,
    args: readonly unknown[],
  ): void {
    const target = findRemote(functionId)
    if (target !== undefined) return execute(link, generation, callId, target.run, args)
    if (this.#isLoading) this.#parked.push({ link, generation, callId, functionId, args })
    else if (callId !== 0) link.failUnknown(generation, callId, functionId)
    else void Future.failed(new UnknownRemoteError(nameOf(functionId), this.#core))
  }
}

function nameOf(functionId: unknown): string {
  return findRemote(Number(functionId))?.name ?? `with the hash ${String(functionId)}`
}

/** Nobody waits for the outcome of a one-way message: its failure is reported as unhandled. */
function refuse(link: Link, generation: number, callId: number, reason: unknown): void {
  if (callId === 0) void Future.failed(reason)
  else link.fail(generation, callId, reason)
}

function execute(
  link: Link,
  generation: number,
  callId: number,
  run: (...args: never[]) => unknown,
  args: readonly unknown[],
): void {
  let result: unknown
  try {
    result = run(...(args as never[]))
  } catch (error) {
    return refuse(link, generation, callId, error)
  }
  if (callId === 0) return
  if (typeof result !== 'object' || result === null) link.reply(generation, callId, result)
  else new Answer(link, generation, callId).wait(Future.from(result))
}
