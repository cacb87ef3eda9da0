import { PerformanceObserver, performance } from 'node:perf_hooks'
import { runQueueStats, shareHeartbeat } from '../../core/run-queue.ts'
import { abandonedFailures } from '../../future/index.ts'
import { PUBLISH_INTERVAL_MS, type ReactorStats, type StatsCells } from './reactor-stats.ts'

/** Measures the reactor of this thread and keeps its numbers where all cores can read them. */
export class StatsPublisher {
  readonly #cells: StatsCells
  readonly #startMs = performance.now()
  readonly #interval: ReturnType<typeof setInterval>
  readonly #collections: PerformanceObserver
  #loop = performance.eventLoopUtilization()
  #gcCount = 0
  #gcTotalMs = 0
  #gcLongestMs = 0

  constructor(cells: StatsCells) {
    this.#cells = cells
    cells.clear()
    shareHeartbeat(cells.heartbeat)
    this.#collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#countCollection(duration)
    })
    this.#collections.observe({ entryTypes: ['gc'] })
    this.#interval = setInterval(() => this.publish(), PUBLISH_INTERVAL_MS)
    this.#interval.unref()
    this.publish()
  }

  /** @returns the numbers of this moment, which other cores can read now, too */
  publish(): ReactorStats {
    const queue = runQueueStats()
    const loop = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(loop, this.#loop)
    const { heapUsed, heapTotal, external } = process.memoryUsage()
    this.#loop = loop
    this.#cells.write({
      uptimeMs: performance.now() - this.#startMs,
      turns: this.#cells.heartbeat[0] as number,
      tasksExecuted: queue.executed,
      tasksPending: queue.pending,
      abandonedFailures: abandonedFailures(),
      activeMs: loop.active,
      idleMs: loop.idle,
      utilization,
      heapUsedBytes: heapUsed,
      heapTotalBytes: heapTotal,
      externalBytes: external,
      gcCount: this.#gcCount,
      gcTotalMs: this.#gcTotalMs,
      gcLongestMs: this.#gcLongestMs,
    })
    return this.#cells.read()
  }

  close(): void {
    clearInterval(this.#interval)
    this.#collections.disconnect()
  }

  #countCollection(durationMs: number): void {
    this.#gcCount++
    this.#gcTotalMs += durationMs
    this.#gcLongestMs = Math.max(this.#gcLongestMs, durationMs)
  }
}
