import * as inspector from 'node:inspector'
import { Deferred, type Future, sleep, whenAny } from '../future/index.ts'

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

/** How long a thread may take to answer; one inside a native call answers when that returns. */
const PATIENCE_MS = 1_000

const MAX_FRAMES = 16

/**
 * Asks V8's debugger in another thread where it is, and lets it go on.
 *
 * Attached on first use and not before: an attached debugger costs a thread nothing while it is
 * disabled, and is enabled for the one question only.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Debugger/
 */
export class StackCapture {
  readonly #session: inspector.Session
  readonly #targets = new Map<number, DebuggerTarget>()
  #isEnabled = false

  constructor() {
    this.#session = new inspector.Session()
  }

  /** Whether somebody debugs this process already: a second debugger would stop theirs, too. */
  static get isAvailable(): boolean {
    return inspector.url() === undefined
  }

  /**
   * @param threadId - of a `worker_threads` worker that this thread has started
   * @returns the stack, one line a frame; `undefined` if the thread did not answer within a second
   */
  capture(threadId: number): Future<string | undefined> {
    this.#enable()
    const target = this.#targets.get(threadId) ?? new DebuggerTarget()
    this.#targets.set(threadId, target)
    const answered = target.ask()
    return whenAny([answered, (signal: AbortSignal) => sleep(PATIENCE_MS, { signal })])
      .then(({ index, value }) => (index === 0 ? (value as string) : undefined))
      .finally(() => target.forget())
  }

  close(): void {
    if (!this.#isEnabled) return
    this.#isEnabled = false
    this.#session.disconnect()
    this.#targets.clear()
  }

  #enable(): void {
    if (this.#isEnabled) return
    this.#isEnabled = true
    this.#session.connect()
    this.#session.on('NodeWorker.attachedToWorker', ({ params }) => {
      const threadId = Number(params.workerInfo.workerId)
      const target = this.#targets.get(threadId) ?? new DebuggerTarget()
      this.#targets.set(threadId, target)
      target.attach((message) => this.#send(params.sessionId, message), params.sessionId)
    })
    this.#session.on('NodeWorker.detachedFromWorker', ({ params }) => {
      for (const [threadId, { sessionId }] of this.#targets) {
        if (sessionId === params.sessionId) this.#targets.delete(threadId)
      }
    })
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      for (const target of this.#targets.values()) {
        if (target.sessionId === params.sessionId) target.receive(JSON.parse(params.message))
      }
    })
    this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  #send(sessionId: string, message: string): void {
    this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
  }
}

/** The debugger of one thread. */
class DebuggerTarget {
  sessionId: string | undefined
  #send: ((message: string) => void) | undefined
  #answer: Deferred<string> | undefined
  #lastId = 0
  readonly #scripts = new Map<string, string>()

  attach(send: (message: string) => void, sessionId: string): void {
    this.#send = send
    this.sessionId = sessionId
    if (this.#answer !== undefined) this.#pause()
  }

  ask(): Future<string> {
    this.#answer = new Deferred()
    if (this.#send !== undefined) this.#pause()
    return this.#answer.future
  }

  /** A thread that has not been stopped yet must not be stopped any more. */
  forget(): void {
    this.#answer = undefined
    this.#post('Debugger.disable')
  }

  receive({ method, params }: DebuggerMessage): void {
    if (method === 'Debugger.scriptParsed') {
      this.#scripts.set(params?.scriptId ?? '', params?.url ?? '')
    } else if (method === 'Debugger.paused') {
      const frames = params?.callFrames ?? []
      this.#post('Debugger.resume')
      this.#answer?.resolve(frames.slice(0, MAX_FRAMES).map((frame) => this.#line(frame)).join('\n'))
    }
  }

  #pause(): void {
    this.#post('Debugger.enable')
    this.#post('Debugger.pause')
  }

  #post(method: string): void {
    this.#send?.(JSON.stringify({ id: ++this.#lastId, method }))
  }

  #line({ functionName, url, location }: CallFrame): string {
    const file = url === '' ? this.#scripts.get(location.scriptId) : url
    const at = `${file}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`
    return functionName === '' ? `    at ${at}` : `    at ${functionName} (${at})`
  }
}
