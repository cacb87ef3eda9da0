import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { systemClock } from '../../core/clock.ts'
import type { ClockTimer } from '../../core/timer.ts'
import {
  type AlarmMemory,
  CHANGES,
  createAlarmMemory,
  IS_CLOSED,
  openAlarmMemory,
  WAKE_MS,
} from './alarm-memory.ts'
import { toProcessMs } from './process-time.ts'

/** The thread ends when it was not needed for so long. */
const IDLE_MS = 5_000

/** The same ending as this file: sources run as they are, and so does what is built of them. */
const THREAD = new URL(`./clock-thread${extname(import.meta.url)}`, import.meta.url)

/** Wakes the thread it lives in at a time that may lie between milliseconds, by a thread that waits for it. */
export class Alarm {
  readonly #onWake: (wakeMs: number) => void
  #worker: Worker | undefined
  #memory: AlarmMemory | undefined
  #isReady = false
  #isRefed = false
  #wakeMs = Number.POSITIVE_INFINITY
  #idleTimer: ClockTimer | undefined

  /** @param onWake - gets the time that was set, or infinity when only the thread has started or ended */
  constructor(onWake: (wakeMs: number) => void) {
    this.#onWake = onWake
  }

  /** Whether there is a thread that waits; it takes some milliseconds to start. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Starts the thread unless it runs. */
  prepare(): void {
    this.#idleTimer?.cancel()
    if (this.#worker !== undefined) return
    const buffer = createAlarmMemory()
    const worker = new Worker(THREAD, { workerData: buffer, execArgv: [], name: 'fasterapi clock' })
    worker.unref()
    worker.on('message', (message) => {
      if (worker === this.#worker) this.#receive(message)
    })
    worker.on('exit', () => this.#forget(worker))
    // Without its thread the clock goes on, if less exactly; the next use starts another.
    worker.on('error', () => this.#forget(worker))
    this.#worker = worker
    this.#memory = openAlarmMemory(buffer)
  }

  /** @param wakeMs - on the clock of this thread; earlier than a time that is set already, or that is kept */
  wakeAt(wakeMs: number): void {
    const memory = this.#memory
    if (memory === undefined || wakeMs >= this.#wakeMs) return
    this.#wakeMs = wakeMs
    memory.times[WAKE_MS] = toProcessMs(wakeMs)
    Atomics.add(memory.words, CHANGES, 1)
    Atomics.notify(memory.words, CHANGES)
  }

  /** Whether the thread keeps the process alive. */
  setRef(isRefed: boolean): void {
    if (isRefed === this.#isRefed || this.#worker === undefined) return
    this.#isRefed = isRefed
    if (isRefed) this.#worker.ref()
    else this.#worker.unref()
  }

  /** Nothing is waited for: the thread ends if that lasts. */
  rest(): void {
    if (this.#worker === undefined) return
    this.#idleTimer ??= systemClock.setTimer(IDLE_MS, () => this.close()).unref()
    this.#idleTimer.rearm(IDLE_MS)
  }

  close(): void {
    this.#idleTimer?.cancel()
    const { words } = this.#memory ?? {}
    if (words !== undefined) {
      Atomics.store(words, IS_CLOSED, 1)
      Atomics.add(words, CHANGES, 1)
      Atomics.notify(words, CHANGES)
    }
    if (this.#worker !== undefined) this.#forget(this.#worker)
  }

  #receive(message: 'ready' | 'wake'): void {
    const wakeMs = this.#wakeMs
    if (message === 'ready') {
      this.#isReady = true
      return this.#onWake(Number.POSITIVE_INFINITY)
    }
    this.#wakeMs = Number.POSITIVE_INFINITY
    this.#onWake(wakeMs)
  }

  #forget(worker: Worker): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    this.#memory = undefined
    this.#isReady = false
    this.#isRefed = false
    this.#wakeMs = Number.POSITIVE_INFINITY
    this.#onWake(Number.POSITIVE_INFINITY)
  }
}
