/** Numbers of one queue in this process, since the start. */
export interface QueueCounters {
  /** Added here. */
  enqueued: number
  /** Finished, and failed, by workers here; a job that is tried again counts each time. */
  completed: number
  failed: number
  /** At work now. */
  active: number
}

/** The numbers of each queue, by its name. */
export class Counters {
  readonly #byQueue: Map<string, QueueCounters> = new Map()

  of(queue: string): QueueCounters {
    let counters = this.#byQueue.get(queue)
    if (counters === undefined) {
      counters = { enqueued: 0, completed: 0, failed: 0, active: 0 }
      this.#byQueue.set(queue, counters)
    }
    return counters
  }

  /** A copy of all. */
  snapshot(): Record<string, Readonly<QueueCounters>> {
    return Object.fromEntries(Array.from(this.#byQueue, ([name, each]) => [name, { ...each }]))
  }
}
