import * as inspector from 'node:inspector'
import type { Future } from '../../future/index.ts'
import { DebuggerTarget } from './debugger-target.ts'
import type { StackSource } from './stack-source.ts'

interface Question {
  readonly id: number
  readonly method: string
}

/**
 * Asks V8's debugger where the main thread is; from a worker, which the main thread cannot hold up.
 *
 * Connected for the one question only: a process whose main thread has a debugger waits for it when it
 * ends, and says so. Other than a worker the main thread lets one in at once, however busy it is.
 *
 * @see Node.js documentation, `session.connectToMainThread()`
 */
export class MainThreadCapture implements StackSource {
  #target: DebuggerTarget | undefined

  attach(): void {}

  capture(): Future<string | undefined> {
    this.#target ??= this.#connect()
    return this.#target.ask()
  }

  cancel(): void {
    this.#target?.cancel()
  }

  #connect(): DebuggerTarget {
    const session = new inspector.Session()
    const target = new DebuggerTarget()
    session.connectToMainThread()
    session.on('inspectorNotification', (message) => target.receive(message))
    target.attach((message) => {
      const { id, method } = JSON.parse(message) as Question
      session.post(method, () => target.receive({ id }))
    }, 'main')
    const end = (): void => {
      session.disconnect()
      this.#target = undefined
    }
    target.ask().then(end).ignore()
    return target
  }
}
