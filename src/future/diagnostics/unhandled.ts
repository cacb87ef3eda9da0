import { debug } from '../../core/debug.ts'
import { OptionError } from '../../core/errors.ts'
import { runQueueStats } from '../../core/run-queue.ts'
import { creationSite } from './creation-sites.ts'

/** A failed future that nobody consumed. */
export interface UnhandledFailure {
  /** What the future failed with. */
  readonly reason: unknown
  /** Where the future was created; in debug mode only, because a stack costs microseconds. */
  readonly createdAt: string | undefined
}

/** What this module needs to know of a future. */
interface Failable {
  readonly outcome: unknown
  /** @returns true once, if the failure has not been consumed; it counts as reported then */
  takeUnhandled(): boolean
}

/** Turns of the event loop that a report waits for a run queue that does not get empty. */
const MAX_POSTPONED = 100

type Listener = (failure: UnhandledFailure) => void

const suspects: Failable[] = []
const subscriptions = new Set<{ readonly listener: Listener }>()
let isCheckPending = false
let postponed = 0
let abandoned = 0

/**
 * Calls `listener` once for each failure that nobody consumed.
 *
 * Without a listener such failures become native unhandled rejections, so that
 * `process.on('unhandledRejection')`, `--unhandled-rejections` and the browser's event apply to
 * them as to promises. With listeners, these replace that; what one of them throws does become an
 * unhandled rejection.
 *
 * @returns disposing it takes the listener off again
 * @throws {OptionError} if `listener` is not a function
 */
export function onUnhandledFailure(listener: Listener): Disposable {
  if (typeof listener !== 'function') throw new OptionError('listener', listener, 'a function')
  const subscription = { listener }
  subscriptions.add(subscription)
  return {
    [Symbol.dispose]() {
      subscriptions.delete(subscription)
    },
  }
}

/** @returns how many failures nobody consumed since the thread started */
export function abandonedFailures(): number {
  return abandoned
}

/** Looks at a freshly failed future again when the continuations of this turn have run. */
export function suspect(future: Failable): void {
  suspects.push(future)
  checkAfterTurn()
}

function checkAfterTurn(): void {
  if (isCheckPending) return
  isCheckPending = true
  if (typeof setImmediate === 'function') setImmediate(check)
  else setTimeout(check, 0)
}

function check(): void {
  isCheckPending = false
  // The quota has put continuations off: one of them may be about to consume the failure.
  if (runQueueStats().pending > 0 && postponed++ < MAX_POSTPONED) return checkAfterTurn()
  postponed = 0
  for (const future of suspects.splice(0)) {
    if (future.takeUnhandled()) report(future)
  }
}

function report(future: Failable): void {
  abandoned++
  const reason = future.outcome
  const createdAt = creationSite(future)?.frames
  if (subscriptions.size === 0) return reportAsRejection(reason, createdAt)
  // A copy: a listener may take itself off, or add another, while it is told.
  for (const { listener } of Array.from(subscriptions)) tell(listener, { reason, createdAt })
}

function reportAsRejection(reason: unknown, createdAt: string | undefined): void {
  if (debug.enabled) console.error(`Nobody consumed this failed future, created\n${createdAt}`)
  void Promise.reject(reason)
}

function tell(listener: Listener, failure: UnhandledFailure): void {
  try {
    listener(failure)
  } catch (error) {
    void Promise.reject(error)
  }
}
