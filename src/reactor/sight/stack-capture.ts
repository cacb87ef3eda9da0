import * as inspector from 'node:inspector'
import { Deferred, type Future } from '../../future/index.ts'

/** One frame of a stack, as V8's debugger tells it. */
interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly location: {
    readonly scriptId: string
    readonly lineNumber: number
    readonly columnNumber?: number
  }
}

interface DebuggerMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: {
    readonly callFrames?: readonly CallFrame[]
    readonly scriptId?: string
    readonly url?: string
  }
}

const MAX_FRAMES = 16

/**
 * Asks V8's debugger in another thread where it is, and lets it go on.
 *
 * Attached to all threads while they are idle, as a busy one takes long to let it in. An attached
 * debugger costs a thread nothing while it is disabled; it is enabled for the one question only.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Debugger/
 */
export class StackCapture {
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

  /**
   * Stops the thread, looks, and lets it go on. One inside a native call answers when that returns.
   *
   * @param threadId - of a `worker_threads` worker that this thread has started
   * @returns the stack, one line a frame; `undefined` if it was {@link cancel}led, or the thread ended, before
   */
  capture(threadId: number): Future<string | undefined> {
    this.attach()
    return this.#target(threadId).ask()
  }

  /** What was asked for is not worth stopping the thread any more. */
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

/** The debugger of one thread. */
class DebuggerTarget {
  sessionId: string | undefined
  #send: ((message: string) => void) | undefined
  #answer: Deferred<string | undefined> | undefined
  #lastId = 0
  #cancelId = 0
  readonly #scripts = new Map<string, string>()

  attach(send: (message: string) => void, sessionId: string): void {
    this.#send = send
    this.sessionId = sessionId
    if (this.#answer !== undefined) this.#pause()
  }

  ask(): Future<string | undefined> {
    this.#answer ??= new Deferred()
    if (this.#send !== undefined) this.#pause()
    return this.#answer.future
  }

  /** Answers come in order: when this one is answered, the thread has not been stopped and will not be. */
  cancel(): void {
    if (this.#answer === undefined) return
    if (this.#send === undefined) this.answer(undefined)
    else this.#cancelId = this.#post('Debugger.disable')
  }

  answer(stack: string | undefined): void {
    this.#answer?.resolve(stack)
    this.#answer = undefined
  }

  receive({ id, method, params }: DebuggerMessage): void {
    if (method === 'Debugger.scriptParsed') {
      this.#scripts.set(params?.scriptId ?? '', params?.url ?? '')
    } else if (method === 'Debugger.paused') {
      const frames = params?.callFrames ?? []
      this.#post('Debugger.resume')
      this.#post('Debugger.disable')
      this.answer(
        frames
          .slice(0, MAX_FRAMES)
          .map((frame) => this.#line(frame))
          .join('\n'),
      )
    } else if (id === this.#cancelId) this.answer(undefined)
  }

  #pause(): void {
    this.#post('Debugger.enable')
    this.#post('Debugger.pause')
  }

  #post(method: string): number {
    this.#lastId++
    this.#send?.(JSON.stringify({ id: this.#lastId, method }))
    return this.#lastId
  }

  #line({ functionName, url, location }: CallFrame): string {
    const file = url === '' ? this.#scripts.get(location.scriptId) : url
    const at = `${file}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`
    return functionName === '' ? `    at ${at}` : `    at ${functionName} (${at})`
  }
}
