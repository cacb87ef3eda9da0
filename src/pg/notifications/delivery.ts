import { dbGroup, schedule, type Task } from '../../core/run-queue.ts'
import { Future } from '../../future/index.ts'
import type { PgGap, PgNotification } from './notification.ts'
import type { PgSubscription } from './subscription.ts'

/** Calls in one go; then queries, requests and timers have their turn. */
const BATCH = 64
/** So many wait: the server is not read on, and keeps the rest. */
const HIGH_WATER = 8192
const LOW_WATER = 1024

type Item =
  | { readonly subscriptions: ReadonlySet<PgSubscription>; readonly notification: PgNotification }
  | { readonly subscription: PgSubscription; readonly gap: PgGap }

/**
 * Calls the listeners, in the order of arrival, from the run queue and a few at a time: a flood of
 * notifications does not hold up the answers of queries.
 */
export class NotificationDelivery implements Task {
  readonly #onPressure: (isHigh: boolean) => void
  #items: Item[] = []
  /** Of `#items`, how many are done. */
  #at = 0
  #isScheduled = false
  #isHigh = false

  /** @param onPressure - told when too many wait, and when they do no more */
  constructor(onPressure: (isHigh: boolean) => void) {
    this.#onPressure = onPressure
  }

  get isHigh(): boolean {
    return this.#isHigh
  }

  add(item: Item): void {
    this.#items.push(item)
    if (!this.#isHigh && this.#items.length - this.#at > HIGH_WATER) this.#press(true)
    this.#schedule()
  }

  clear(): void {
    this.#items = []
    this.#at = 0
  }

  run(): void {
    this.#isScheduled = false
    const end = Math.min(this.#items.length, this.#at + BATCH)
    while (this.#at < end) call(this.#items[this.#at++]!)
    const left = this.#items.length - this.#at
    if (left === 0) this.clear()
    else {
      // One copy for many batches.
      if (this.#at > HIGH_WATER) {
        this.#items = this.#items.slice(this.#at)
        this.#at = 0
      }
      this.#schedule()
    }
    if (this.#isHigh && left < LOW_WATER) this.#press(false)
  }

  #press(isHigh: boolean): void {
    this.#isHigh = isHigh
    this.#onPressure(isHigh)
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    schedule(this, dbGroup)
  }
}

function call(item: Item): void {
  if ('gap' in item) {
    if (!item.subscription.isEnded) guard(() => item.subscription.handler.onGap(item.gap))
    return
  }
  for (const subscription of item.subscriptions) {
    if (!subscription.isEnded) guard(() => subscription.handler.onNotification(item.notification))
  }
}

/** What a callback throws is nobody else's: it is reported as every failure that nobody looks at. */
function guard(callback: () => unknown): void {
  try {
    callback()
  } catch (error) {
    void Future.failed(error)
  }
}
