import type { Stall } from './stall-detector.ts'

/** What a watchdog's thread is told when it starts. */
export interface WatchdogSetup {
  /** Numbers of the main thread's reactor, its heartbeat among them; the watchdog adds the stalls. */
  readonly stats: SharedArrayBuffer
  /** Counted up by a timer of the main thread: it runs also while nothing of ours does. */
  readonly ticks: SharedArrayBuffer
  readonly thresholdMs: number
  /** Whether the stack can be asked for: somebody who debugs the process would be stopped, too. */
  readonly hasStacks: boolean
  /** Whether the watchdog writes to standard error by itself. */
  readonly isLogging: boolean
}

/** What a watchdog's thread tells the main thread. */
export type WatchdogReport = 'ready' | Stall
