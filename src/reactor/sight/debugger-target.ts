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

/** An answer, or an event, of the debugger. */
export interface DebuggerMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: {
    readonly callFrames?: readonly CallFrame[]
    readonly scriptId?: string
    readonly url?: string
  }
}

const MAX_FRAMES = 16

/** The debugger of one thread, and the question that is put to it. */
export class DebuggerTarget {
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
