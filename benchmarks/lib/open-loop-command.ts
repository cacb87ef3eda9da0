/** What the open-loop client is asked to do: one line of JSON on its standard input. */
export interface OpenLoopCommand {
  readonly port: number
  readonly target: string
  readonly connections: number
  /** Requests a second. */
  readonly rate: number
  readonly milliseconds: number
}

/** What it answers: latencies from the time a request was due, in milliseconds. */
export interface OpenLoopAnswer {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  /** How much later than due 99 of 100 requests were sent at most, for want of a connection or of CPU. */
  readonly lateP99Ms: number
  /** The part of its core the client got: it never sleeps, so less than 1 is what others took. */
  readonly cpuShare: number
}
