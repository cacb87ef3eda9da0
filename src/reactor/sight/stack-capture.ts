import * as inspector from 'node:inspector'
import type { Future } from '../../future/index.ts'
import { DebuggerTarget } from './debugger-target.ts'
import type { StackSource } from './stack-source.ts'

/**
 * Asks V8's debugger in another thread where it is, and lets it go on.
 *
 * Attached to all threads while they are idle, as a busy one takes long to let it in. An attached
 * debugger costs a thread nothing while it is disabled; it is enabled for the one question only.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Debugger/
 */
export class StackCapture implements StackSource {
  static #shared: StackCapture | undefined
  readonly #session: inspector.Session
  readonly #targets = new Map<number, DebuggerTarget>()
  #isEnabled = false

  constructor() {
    this.#session = new inspector.Session()
  }

  /**
   * The one of this thread: a second session would not be told of the workers that the first one had.
   *
   * @returns `undefined` if somebody debugs this process already, whose debugger would stop, too
   */
  static shared(): StackCapture | undefined {
    if (inspector.url() !== undefined) return undefined
    StackCapture.#shared ??= new StackCapture()
    return StackCapture.#shared
  }

  /** @param threadId - of a `worker_threads` worker that this thread has started */
  capture(threadId: number): Future<string | undefined> {
    this.attach()
    return this.#target(threadId).ask()
  }

  cancel(threadId: number): void {
    this.#target(threadId).cancel()
  }

  /** To the threads there are, and those to come. */
  attach(): void {
    if (this.#isEnabled) return
    this.#isEnabled = true
    this.#session.connect()
    this.#session.on('NodeWorker.attachedToWorker', ({ params }) => {
      const threadId = threadIdOf(params.workerInfo.title)
      if (threadId === undefined) return
      const target = this.#target(threadId)
      target.attach((message) => this.#send(params.sessionId, message), params.sessionId)
    })
    this.#session.on('NodeWorker.detachedFromWorker', ({ params }) => {
      for (const [threadId, target] of this.#targets) {
        if (target.sessionId !== params.sessionId) continue
        this.#targets.delete(threadId)
        target.answer(undefined)
      }
    })
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      for (const target of this.#targets.values()) {
        if (target.sessionId === params.sessionId) target.receive(JSON.parse(params.message))
      }
    })
    this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  #target(threadId: number): DebuggerTarget {
    const target = this.#targets.get(threadId) ?? new DebuggerTarget()
    this.#targets.set(threadId, target)
    return target
  }

  #send(sessionId: string, message: string): void {
    this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
  }
}

/** The `workerId` of the protocol is another number: only the title has the thread's, `[worker 2] name`. */
function threadIdOf(title: string): number | undefined {
  const digits = /^\[worker (\d+)\]/.exec(title)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
