import type { MessagePort, Transferable } from 'node:worker_threads'
import { serializeError } from '../../core/error-data.ts'
import { consume, Future, pendingFuture, settleFailed } from '../../future/future.ts'
import { CallTable } from './call-table.ts'
import { CALL, FAILURE, type FrameHead, REPLY, UNKNOWN } from './frame.ts'
import { MessageError, ReactorGoneError } from './mesh-errors.ts'
import { nameUncloneable } from './name-uncloneable.ts'
import type { Outbox } from './outbox.ts'
import type { RingReader } from './ring.ts'
import type { SideChannel } from './side-channel.ts'
import type { InterestRow } from './topic-interest.ts'
import { TransferChannel } from './transfer-channel.ts'

/** What a link tells its mesh. */
export interface LinkEvents {
  /** There is something to flush. */
  onPosted(link: Link): void
  /** A call waits for its reply: one more, or one less. */
  onWaiting(change: number): void
  /** A port is to be brought to the other end; then {@link Link.connected}. */
  onPort(link: Link, port: MessagePort): void
}

/** The way to one other place and back, and the calls that are under way on it. */
export class Link {
  readonly place: number
  /** What the reactor at the other end wants to be told of. */
  readonly interest: InterestRow
  readonly outbox: Outbox
  readonly reader: RingReader
  readonly side: SideChannel
  readonly transfers: TransferChannel
  /** Core of the reactor at the other end. */
  core = 0
  /** Generation of the other place. */
  generation = 0
  /** It is in the mesh's list of links to flush. */
  isDirty = false
  readonly #events: LinkEvents
  readonly #calls: CallTable
  #isConnected = false
  readonly #head: FrameHead = { kind: 0, flags: 0, generation: 0, callId: 0 }

  constructor(
    place: number,
    interest: InterestRow,
    outbox: Outbox,
    reader: RingReader,
    side: SideChannel,
    maxInFlight: number,
    events: LinkEvents,
  ) {
    this.place = place
    this.interest = interest
    this.outbox = outbox
    this.reader = reader
    this.side = side
    this.#events = events
    this.transfers = new TransferChannel((port) => events.onPort(this, port))
    this.#calls = new CallTable('The calls to another core', maxInFlight)
  }

  get inFlight(): number {
    return this.#calls.size
  }

  /** @returns fails with what the function fails with, {@link ReactorGoneError}, `MessageError` or `LimitError` */
  call(
    functionId: number,
    args: readonly unknown[],
    transfer?: readonly Transferable[],
  ): Future<unknown> {
    const reply = pendingFuture<unknown>()
    let callId = 0
    try {
      callId = this.#calls.add(reply)
      this.#events.onWaiting(1)
      if (transfer === undefined) void this.#post(CALL, callId, functionId, args)
      else this.#move(callId, functionId, args, transfer)
    } catch (error) {
      if (callId !== 0) void this.settle(callId)
      return Future.failed(nameUncloneable(error, functionId, args, transfer))
    }
    return reply
  }

  /** Calls without a reply. @returns ready as soon as the message is in the ring */
  send(functionId: number, args: readonly unknown[]): Future<void> {
    try {
      return this.#post(CALL, 0, functionId, args)
    } catch (error) {
      return Future.failed(nameUncloneable(error, functionId, args))
    }
  }

  /** Answers a call, if its caller is still there. */
  reply(generation: number, callId: number, value: unknown): void {
    if (generation !== this.generation) return
    try {
      void this.#post(REPLY, callId, 0, value)
    } catch (error) {
      this.fail(generation, callId, error)
    }
  }

  /** Answers a call with a failure. */
  fail(generation: number, callId: number, reason: unknown): void {
    if (generation !== this.generation) return
    try {
      void this.#post(FAILURE, callId, 0, serializeError(reason))
    } catch {
      const error = new MessageError('The call has failed, with an error that cannot be sent')
      void this.#post(FAILURE, callId, 0, serializeError(error))
    }
  }

  failUnknown(generation: number, callId: number, functionId: number): void {
    if (generation === this.generation) void this.#post(UNKNOWN, callId, 0, functionId)
  }

  /** @returns the future of a call that has been answered; `undefined` if nobody waits for it any more */
  settle(callId: number): Future<unknown> | undefined {
    const future = this.#calls.take(callId)
    if (future !== undefined) this.#events.onWaiting(-1)
    return future
  }

  /** The reactor at the other end has ended, or another one has come. */
  reset(generation: number): void {
    const gone = new ReactorGoneError(this.core)
    this.generation = generation
    this.outbox.clear()
    this.side.forget(generation)
    this.transfers.close()
    this.#isConnected = false
    for (const future of this.#calls.takeAll()) {
      this.#events.onWaiting(-1)
      settleFailed(future, gone)
    }
  }

  /** @param isThere - whether the other end has its port; if not, the next call tries again */
  connected(isThere: boolean): void {
    this.#isConnected = isThere
    if (!isThere) this.transfers.giveUp()
    this.outbox.release()
    this.#events.onPosted(this)
  }

  #move(
    callId: number,
    functionId: number,
    args: readonly unknown[],
    transfer: readonly Transferable[],
  ): void {
    const head: FrameHead = { kind: CALL, flags: 0, generation: this.generation, callId }
    this.outbox.assertRoom()
    const number = this.transfers.send(args, transfer)
    void this.outbox.postMoved(head, functionId, number, !this.#isConnected)
    this.#events.onPosted(this)
  }

  #post(kind: number, callId: number, functionId: number, payload: unknown): Future<void> {
    const head = this.#head
    head.kind = kind
    head.flags = 0
    head.callId = callId
    head.generation = this.generation
    const sent = this.outbox.post(head, functionId, payload)
    this.#events.onPosted(this)
    return sent
  }
}

/** Waits for what a remote function has begun, and answers the call. */
export class Answer {
  readonly #link: Link
  readonly #generation: number
  readonly #callId: number

  constructor(link: Link, generation: number, callId: number) {
    this.#link = link
    this.#generation = generation
    this.#callId = callId
  }

  /** Answers with the outcome of `future`, now or when it has settled. */
  wait(future: Future<unknown>): void {
    if (future.isPending) return consume(future, this)
    if (future.isFailed) future.ignore()
    this.onSettled(future)
  }

  onSettled(source: Future<unknown>): void {
    if (source.isReady) this.#link.reply(this.#generation, this.#callId, source.outcome)
    else this.#link.fail(this.#generation, this.#callId, source.outcome)
  }
}
