import * as inspector from 'node:inspector'
import { extname } from 'node:path'
import { isMainThread, Worker } from 'node:worker_threads'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { asCallback } from '../callback.ts'
import { ReactorStateError } from '../errors.ts'
import { Reactor } from '../reactor.ts'
import type { Stall } from './stall-detector.ts'
import type { WatchdogReport, WatchdogSetup } from './watchdog-messages.ts'

export interface StallWatchdogOptions {
  /** Milliseconds without progress that count as a stall; 25 by default, 2 at least. */
  readonly thresholdMs?: number
  /**
   * Told of each stall, five a minute at most, as soon as the thread runs again that was stalled. Default:
   * an entry on standard error, which a stall of more than a second gets in any case: it may never end.
   */
  readonly onStall?: (stall: Stall) => void
}

/** The same ending as this file: sources run as they are, and so does what is built of them. */
const THREAD = new URL(`./watchdog-thread${extname(import.meta.url)}`, import.meta.url)
const DEFAULT_THRESHOLD_MS = 25
/** More than it needs by far; without a limit V8 would take more than that for its young generation. */
const MAX_YOUNG_MB = 2
const MAX_OLD_MB = 32

/**
 * Watches the main thread, for programs that serve on it: what a supervisor does for its reactors.
 *
 * It starts a small thread that looks at the main thread twice in each threshold, and never keeps the
 * process alive. The main thread pays one timer in the same interval. The stalls are counted in
 * `Reactor.stats()`.
 */
export class StallWatchdog implements Disposable {
  readonly #worker: Worker
  readonly #ticker: ReturnType<typeof setInterval>

  /**
   * @throws {OptionError} if an option is unknown or out of range
   * @throws {ReactorStateError} on any other thread than the main one
   */
  constructor(options: StallWatchdogOptions = {}) {
    rejectUnknownOptions('StallWatchdog options', options, ['thresholdMs', 'onStall'])
    const { onStall } = options
    if (onStall !== undefined && typeof onStall !== 'function') {
      throw new OptionError('onStall', onStall, 'a function')
    }
    const thresholdMs = integerOption('thresholdMs', options.thresholdMs, DEFAULT_THRESHOLD_MS, 2)
    if (!isMainThread) throw new ReactorStateError('A StallWatchdog watches the main thread only')
    const ticks = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
    const ticked = new Int32Array(ticks)
    this.#ticker = setInterval(() => ticked[0]!++, Math.floor(thresholdMs / 2))
    this.#ticker.unref()
    this.#worker = start({
      stats: Reactor.current.shareStats(),
      ticks,
      thresholdMs,
      hasStacks: inspector.url() === undefined,
      isLogging: onStall === undefined,
    })
    // A program is not to fail, or to wait, because nobody watches it.
    this.#worker.on('error', () => this.close())
    this.#worker.on('message', (report: WatchdogReport) => {
      if (report !== 'ready') asCallback(() => onStall?.(report))
    })
    this.#worker.unref()
  }

  close(): void {
    clearInterval(this.#ticker)
    void this.#worker.terminate()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

function start(setup: WatchdogSetup): Worker {
  return new Worker(THREAD, {
    workerData: setup,
    execArgv: [],
    name: 'fasterapi watchdog',
    resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_MB, maxOldGenerationSizeMb: MAX_OLD_MB },
  })
}
