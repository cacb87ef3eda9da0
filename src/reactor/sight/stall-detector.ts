import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { Future } from '../../future/index.ts'
import { StackCapture } from './stack-capture.ts'
import type { StackSource } from './stack-source.ts'

/** A reactor that made no progress for longer than it may. */
export interface Stall {
  /** Which reactor, from 0. */
  readonly core: number
  /** Milliseconds without progress when it ended, or until now. */
  readonly durationMs: number
  /** Whether it had come to its end when it was reported. */
  readonly isOver: boolean
  /** What the reactor was running, one frame a line; absent if it answered too late or is being debugged. */
  readonly stack: string | undefined
  /** Stalls of this reactor since the last report that were not reported, so as not to flood the log. */
  readonly suppressed: number
}

export interface StallDetectorOptions {
  /** Milliseconds without progress that count as a stall; 25 by default. */
  readonly thresholdMs?: number
  /** Reports a minute and reactor at most; 5 by default. */
  readonly maxReportsPerMinute?: number
  /** Called once for each reported stall: when it is over, or after a second if it is not. */
  readonly onStall: (stall: Stall) => void
}

/** What the detector needs of a reactor: `worker_threads.Worker` with what its reactor shares. */
export interface Watched {
  readonly core: number
  readonly threadId: number
  /** Milliseconds its event loop has been waiting for something to do since it started. */
  idleMs(): number
  /** Turns its reactor has made; changes with each callback of ours. */
  beats(): number
  /** Asks it to beat, for when it is busy with callbacks that are not ours. */
  ping(): void
}

/** What goes on for so long is reported before its end, which may never come. */
const REPORT_ENDLESS_AFTER_MS = 1_000
/** The same without the stack: the thread is inside a native call and does not answer. */
const REPORT_SILENT_AFTER_MS = 5_000
const MINUTE_MS = 60_000
const UNKNOWN: Future<undefined> = Future.ready(undefined)

/**
 * Watches reactors from another thread and tells what kept one from making progress.
 *
 * A reactor is healthy while it waits for input, or makes turns; it stalls when it does neither for
 * longer than the threshold. What it costs the reactors while nothing stalls is one increment in
 * shared memory a turn.
 *
 * @see seastar `src/core/stall_detector.hh`
 */
export class StallDetector {
  readonly #thresholdMs: number
  readonly #maxReportsPerMinute: number
  readonly #onStall: (stall: Stall) => void
  readonly #watches = new Map<number, Watch>()
  #countStall: (stats: StallStats) => void = () => {}
  readonly #capture: StackSource | undefined
  readonly #interval: ReturnType<typeof setInterval>

  /**
   * @param capture - tells the stacks; default: that of workers which this thread has started
   * @throws {OptionError} if an option is unknown or out of range
   */
  constructor(
    options: StallDetectorOptions,
    capture: StackSource | undefined = StackCapture.shared(),
  ) {
    rejectUnknownOptions('StallDetector options', options, [
      'thresholdMs',
      'maxReportsPerMinute',
      'onStall',
    ])
    if (typeof options.onStall !== 'function') {
      throw new OptionError('onStall', options.onStall, 'a function')
    }
    this.#thresholdMs = integerOption('thresholdMs', options.thresholdMs, 25, 2)
    this.#maxReportsPerMinute = integerOption('maxReportsPerMinute', options.maxReportsPerMinute, 5)
    this.#onStall = options.onStall
    this.#capture = capture
    this.#interval = setInterval(() => this.#look(), Math.ceil(this.#thresholdMs / 2))
    this.#interval.unref()
  }

  /** Begins to watch a reactor, in place of one that had the same core before. */
  watch(watched: Watched): void {
    this.#capture?.attach()
    this.#watches.set(watched.core, new Watch(watched))
  }

  unwatch(core: number): void {
    this.#watches.delete(core)
  }

  /** Calls `listener` with the count after every stall, reported or not. */
  onCount(listener: (stats: StallStats) => void): void {
    this.#countStall = listener
  }

  /** Stalls of each reactor since it is watched, reported or not. */
  stats(): readonly StallStats[] {
    return [...this.#watches.values()].map(({ stats }) => stats)
  }

  close(): void {
    clearInterval(this.#interval)
    this.#watches.clear()
  }

  #look(): void {
    const nowMs = performance.now()
    for (const watch of this.#watches.values()) this.#lookAt(watch, nowMs)
  }

  #lookAt(watch: Watch, nowMs: number): void {
    if (watch.hasProgressed()) {
      if (watch.isStalled) this.#end(watch, nowMs)
      watch.sinceMs = nowMs
      return
    }
    const durationMs = nowMs - watch.sinceMs
    if (!watch.isStalled) {
      if (durationMs >= this.#thresholdMs) this.#begin(watch)
      else watch.watched.ping()
    } else if (durationMs >= REPORT_ENDLESS_AFTER_MS) {
      const isWorthWaiting = watch.stack.isPending && durationMs < REPORT_SILENT_AFTER_MS
      if (!isWorthWaiting) this.#report(watch, durationMs, false)
    }
  }

  #begin(watch: Watch): void {
    watch.isStalled = true
    watch.isReported = false
    const begin = watch.watched.beats()
    const captured = this.#capture?.capture(watch.watched.threadId) ?? UNKNOWN
    // An answer that came after the end is about something else.
    watch.stack = captured.then((stack) => (watch.watched.beats() === begin ? stack : undefined))
  }

  #end(watch: Watch, nowMs: number): void {
    const durationMs = nowMs - watch.sinceMs
    watch.isStalled = false
    watch.stats = {
      core: watch.watched.core,
      count: watch.stats.count + 1,
      longestMs: Math.max(watch.stats.longestMs, durationMs),
      totalMs: watch.stats.totalMs + durationMs,
    }
    this.#countStall(watch.stats)
    if (watch.stack.isPending) this.#capture?.cancel(watch.watched.threadId)
    watch.stack.then(() => this.#report(watch, durationMs, true)).ignore()
  }

  #report(watch: Watch, durationMs: number, isOver: boolean): void {
    if (watch.isReported) return
    watch.isReported = true
    if (!watch.mayReport(this.#maxReportsPerMinute)) {
      watch.suppressed++
      return
    }
    const { suppressed } = watch
    const stack = watch.stack.isReady ? watch.stack.get() : undefined
    watch.suppressed = 0
    this.#onStall({ core: watch.watched.core, durationMs, isOver, stack, suppressed })
  }
}

/** Stalls of one reactor. */
export interface StallStats {
  readonly core: number
  readonly count: number
  readonly longestMs: number
  readonly totalMs: number
}

/** What is known of one reactor. */
class Watch {
  readonly watched: Watched
  stats: StallStats
  /** Last seen making progress. */
  sinceMs = performance.now()
  isStalled = false
  isReported = false
  stack: Future<string | undefined> = UNKNOWN
  suppressed = 0
  #beats = 0
  #idleMs = 0
  #reportedAtMs: number[] = []

  constructor(watched: Watched) {
    this.watched = watched
    this.stats = { core: watched.core, count: 0, longestMs: 0, totalMs: 0 }
  }

  hasProgressed(): boolean {
    const beats = this.watched.beats()
    const idleMs = this.watched.idleMs()
    const hasProgressed = beats !== this.#beats || idleMs > this.#idleMs
    this.#beats = beats
    this.#idleMs = idleMs
    return hasProgressed
  }

  mayReport(maxPerMinute: number): boolean {
    const nowMs = performance.now()
    this.#reportedAtMs = this.#reportedAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS)
    if (this.#reportedAtMs.length >= maxPerMinute) return false
    this.#reportedAtMs.push(nowMs)
    return true
  }
}
