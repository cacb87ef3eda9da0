import type { Member } from '../supervision/member.ts'
import type { SupervisionSettings } from '../supervision/supervision-options.ts'
import {
  createStatsMemory,
  type ReactorStats,
  readStats,
  StatsCells,
  setServing,
} from './reactor-stats.ts'
import { StallDetector } from './stall-detector.ts'

/** How the supervisor sees how its reactors are doing: by what they write down, and by their silence. */
export class Watch {
  /** Where the reactors keep their numbers. */
  readonly memory: SharedArrayBuffer
  readonly #stalls: StallDetector | undefined
  readonly #serving = new Map<number, Member>()

  constructor(cores: number, { stallThresholdMs, onStall }: SupervisionSettings) {
    this.memory = createStatsMemory(cores)
    if (stallThresholdMs === 0) return
    this.#stalls = new StallDetector({ thresholdMs: stallThresholdMs, onStall })
    this.#stalls.onCount(({ core, count, totalMs, longestMs }) => {
      const member = this.#serving.get(core)
      if (member === undefined) return
      new StatsCells(this.memory, core, member.generation).write({
        stalls: count,
        stallTotalMs: totalMs,
        stallLongestMs: longestMs,
      })
    })
  }

  stats(): ReactorStats[] {
    return readStats(this.memory)
  }

  onServing(member: Member): void {
    const { id: core, generation, threadId } = member
    this.#serving.set(core, member)
    setServing(this.memory, core, generation)
    if (threadId === undefined) return
    const { heartbeat } = new StatsCells(this.memory, core, generation)
    this.#stalls?.watch({
      core,
      threadId,
      idleMs: () => member.idleMs() ?? 0,
      beats: () => heartbeat[0] as number,
      ping: () => member.send({ type: 'ping' }),
    })
  }

  onEnd(member: Member): void {
    if (this.#serving.get(member.id) !== member) return
    this.#serving.delete(member.id)
    setServing(this.memory, member.id, undefined)
    this.#stalls?.unwatch(member.id)
  }

  close(): void {
    this.#stalls?.close()
  }
}
