import { LinkedItem, LinkedList } from '../core/linked-list.ts'
import { inTurns } from './primitives/in-turns.ts'

/** One who wants to know when a signal fires. */
class AbortListener extends LinkedItem {
  readonly onAbort: () => void

  constructor(onAbort: () => void) {
    super()
    this.onAbort = onAbort
  }
}

/**
 * All who listen to one signal, behind one listener of the platform's.
 *
 * The platform searches its listeners on each addition and removal: 30,000 waits for one signal, that of
 * a shutdown for example, took 12 seconds to begin.
 */
class AbortListeners {
  readonly #signal: AbortSignal
  readonly #list = new LinkedList<AbortListener>()

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  add(listener: AbortListener): void {
    if (this.#list.length === 0) this.#signal.addEventListener('abort', this)
    this.#list.push(listener)
  }

  remove(listener: AbortListener): void {
    if (this.#list.remove(listener) && this.#list.length === 0) {
      this.#signal.removeEventListener('abort', this)
    }
  }

  /** What the platform calls; each listener is called once, in the order they came. */
  handleEvent(): void {
    this.#signal.removeEventListener('abort', this)
    inTurns(() => {
      const next = this.#list.shift()
      next?.onAbort()
      return next !== undefined
    })
  }
}

const listenersOf = new WeakMap<AbortSignal, AbortListeners>()

/**
 * Calls `onAbort` when the signal, which has not fired yet, fires.
 *
 * In O(1), however many listen to the same signal.
 *
 * @param onAbort - must not throw: others listen to the same signal
 * @returns takes it off again
 */
export function listenForAbort(signal: AbortSignal, onAbort: () => void): () => void {
  let listeners = listenersOf.get(signal)
  if (listeners === undefined) {
    listeners = new AbortListeners(signal)
    listenersOf.set(signal, listeners)
  }
  const listener = new AbortListener(onAbort)
  listeners.add(listener)
  return () => listeners.remove(listener)
}
