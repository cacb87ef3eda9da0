/** An object that may have a `then`; a getter of it is read once (Promises/A+ 2.3.3.1). */
export interface Thenable {
  readonly then?: unknown
}

// oxlint-disable-next-line typescript/unbound-method -- compared, and called on the thenable it was read from
const nativeThen: unknown = Promise.prototype.then

/**
 * Subscribes to a thenable that may be badly behaved: only its first answer counts.
 *
 * A native promise answers once, and later, and needs no watching. Its answers are left to the run
 * queue: many that come in one turn are one drain, within one quota.
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
  if (then !== nativeThen) return subscribeOnce(thenable, then, onReady, onFailed)
  try {
    then.call(thenable, onReady, onFailed)
  } catch (error) {
    // It has borrowed the method and is no promise.
    onFailed(error)
  }
}

function subscribeOnce(
  thenable: Thenable,
  // oxlint-disable-next-line typescript/no-unsafe-function-type -- a thenable promises no more
  then: Function,
  onReady: (value: unknown) => void,
  onFailed: (reason: unknown) => void,
): void {
  let isAnswered = false
  const once = (answer: (outcome: unknown) => void) => {
    return (outcome: unknown): void => {
      if (isAnswered) return
      isAnswered = true
      answer(outcome)
    }
  }
  const fail = once(onFailed)
  try {
    then.call(thenable, once(onReady), fail)
  } catch (error) {
    fail(error)
  }
}
