import type { BulkheadStats, CircuitStats } from '../resilience/index.ts'

/** Upper bounds of the buckets of the latency histogram, in seconds. */
export const CLIENT_LATENCY_BOUNDS_S: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** Numbers of a client. */
export interface HttpClientStats {
  /** What the program called, whatever it took. */
  readonly calls: { readonly total: number; readonly inFlight: number; readonly failed: number }
  /** What went over the wire. */
  readonly requests: {
    readonly total: number
    readonly retries: number
    readonly redirects: number
  }
  /** Responses by class of status. */
  readonly responses: Readonly<Record<'1xx' | '2xx' | '3xx' | '4xx' | '5xx', number>>
  /** Failed calls by the code of their error; errors without one are `OTHER`. */
  readonly failures: Readonly<Record<string, number>>
  readonly receivedBytes: number
  /** From the start of a request to the head of its response. */
  readonly latency: { readonly buckets: readonly number[]; readonly sumSeconds: number }
  /** Each origin the client has called lately. */
  readonly origins: Readonly<Record<string, OriginStats>>
}

/** Numbers of what the client keeps for an origin. */
export interface OriginStats {
  readonly bulkhead: BulkheadStats
  /** Absent if the client has no circuit breaker. */
  readonly circuit: CircuitStats | undefined
}

const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** Counts what a client does. */
export class ClientCounters {
  calls = 0
  inFlight = 0
  failed = 0
  requests = 0
  retries = 0
  redirects = 0
  receivedBytes = 0
  #sumSeconds = 0
  readonly #responses = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 }
  readonly #failures = new Map<string, number>()
  readonly #buckets: number[] = Array.from({ length: CLIENT_LATENCY_BOUNDS_S.length + 1 }, () => 0)

  noteResponse(status: number, seconds: number): void {
    const name = CLASSES[Math.floor(status / 100) - 1]
    if (name !== undefined) this.#responses[name]++
    this.#sumSeconds += seconds
    let bucket = 0
    while (seconds > (CLIENT_LATENCY_BOUNDS_S[bucket] ?? Number.POSITIVE_INFINITY)) bucket++
    this.#buckets[bucket]!++
  }

  noteFailure(reason: unknown): void {
    this.failed++
    const code = (reason as { readonly code?: unknown } | null)?.code
    const name = typeof code === 'string' && /^[A-Z_0-9]{1,64}$/.test(code) ? code : 'OTHER'
    this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1)
  }

  read(origins: Readonly<Record<string, OriginStats>>): HttpClientStats {
    return {
      calls: { total: this.calls, inFlight: this.inFlight, failed: this.failed },
      requests: { total: this.requests, retries: this.retries, redirects: this.redirects },
      responses: { ...this.#responses },
      failures: Object.fromEntries(this.#failures),
      receivedBytes: this.receivedBytes,
      latency: { buckets: [...this.#buckets], sumSeconds: this.#sumSeconds },
      origins,
    }
  }
}
