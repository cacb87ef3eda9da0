import { enterCallback, leaveCallback } from '../core/run-queue.ts'

/** An object that may have a `then`; a getter of it is read once (Promises/A+ 2.3.3.1). */
export interface Thenable {
  readonly then?: unknown
}

/**
 * Subscribes to a thenable that may be badly behaved: only its first answer counts.
 *
 * @param then - the thenable's own, read before
 */
export function subscribe(
  thenable: Thenable,
  // oxlint-disable-next-line typescript/no-unsafe-function-type -- a thenable promises no more
  then: Function,
  onReady: (value: unknown) => void,
  onFailed: (reason: unknown) => void,
): void {
  // A native promise answers from a microtask with nothing else on the stack: continuations may run at once.
  const isNative = thenable instanceof Promise
  let isAnswered = false
  const once = (answer: (outcome: unknown) => void) => {
    return (outcome: unknown): void => {
      if (isAnswered) return
      isAnswered = true
      if (!isNative) return answer(outcome)
      enterCallback()
      answer(outcome)
      leaveCallback()
    }
  }
  const fail = once(onFailed)
  try {
    then.call(thenable, once(onReady), fail)
  } catch (error) {
    fail(error)
  }
}
