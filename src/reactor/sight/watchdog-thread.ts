import { writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { describeStall } from './describe-stall.ts'
import { MainThreadCapture } from './main-thread-capture.ts'
import { StatsCells } from './reactor-stats.ts'
import { type Stall, StallDetector } from './stall-detector.ts'
import type { WatchdogReport, WatchdogSetup } from './watchdog-messages.ts'

const STANDARD_ERROR = 2

/** The thread that watches the main thread. */
const { stats, ticks, thresholdMs, hasStacks, isLogging } = workerData as WatchdogSetup
const cells = new StatsCells(stats, 0, 0)
const ticked = new Int32Array(ticks)

const detector = new StallDetector(
  { thresholdMs, onStall: report },
  hasStacks ? new MainThreadCapture() : undefined,
)
detector.onCount(({ count, totalMs, longestMs }) => {
  cells.write({ stalls: count, stallTotalMs: totalMs, stallLongestMs: longestMs })
})
detector.watch({
  core: 0,
  threadId: 0,
  // Nobody outside can tell how long the main thread has waited; it ticks instead.
  idleMs: () => 0,
  beats: () => ((cells.heartbeat[0] as number) + (ticked[0] as number)) | 0,
  ping: () => {},
})
// The detector's timer keeps nothing alive; this thread lives until its parent ends it.
parentPort?.on('message', () => {})
parentPort?.postMessage('ready' satisfies WatchdogReport)

function report(stall: Stall): void {
  // Written from here: the main thread, through which a console would go, may never come back.
  if (isLogging || !stall.isOver) writeSync(STANDARD_ERROR, `${describeStall(stall)}\n`)
  parentPort?.postMessage(stall satisfies WatchdogReport)
}
