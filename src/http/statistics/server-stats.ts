/** Numbers of a server since it was created. */
export interface HttpServerStats {
  readonly connections: {
    readonly open: number
    readonly total: number
    /** Beyond `maxConnections` or `maxConnectionsPerAddress`. */
    readonly refused: number
  }
  readonly requests: { readonly total: number; readonly inFlight: number }
  /** Responses sent, by the first digit of their status. */
  readonly responses: {
    readonly '2xx': number
    readonly '3xx': number
    readonly '4xx': number
    readonly '5xx': number
  }
  readonly bytes: { readonly received: number; readonly sent: number }
  /** Requests refused because they were malformed or beyond a limit. */
  readonly parseErrors: number
  readonly timeouts: {
    readonly header: number
    readonly body: number
    readonly idle: number
    readonly handler: number
    readonly write: number
  }
  /** What was refused or cut off because of a limit that is not a timeout. */
  readonly limits: {
    /** `maxRequestLineBytes`: 414. */
    readonly requestLine: number
    /** `maxHeaderBytes`, `maxHeaderCount`: 431. */
    readonly header: number
    /** `maxBodyBytes`: 413. */
    readonly body: number
    /** `maxBufferedBodyBytes`: 503. */
    readonly bodyMemory: number
    /** `minBodyBytesPerSecond`: 408. */
    readonly bodyRate: number
    /** `maxBufferedBytes`: cut off. */
    readonly unreadResponses: number
    /** `maxConnections`: 503, or closed at once; also counted as refused. */
    readonly connections: number
    /** `maxConnectionsPerAddress`: 429, or closed at once; also counted as refused. */
    readonly connectionsPerAddress: number
  }
  /** Requests whose client went away before its response. */
  readonly aborted: number
  readonly tls: {
    /** Completed, resumed ones included. */
    readonly handshakes: number
    readonly resumed: number
    /** Not completed, those that took too long included. */
    readonly failed: number
    readonly timedOut: number
  }
  readonly http2: {
    readonly sessions: number
    /** Streams that clients have reset before the end of the response. */
    readonly resets: number
    /** Sessions ended because the client reset, pinged or changed settings too often. */
    readonly calmed: number
  }
  /** Connections closed for what stood in place of a PROXY protocol header. */
  readonly proxyErrors: number
  /**
   * From the arrival of a request's head to its response.
   *
   * Handlers that answer at once are timed by the read: each one up to 1000 reads in half a second,
   * then one in eight, whose time counts for the seven between.
   */
  readonly latency: {
    readonly count: number
    readonly sumSeconds: number
    /** Responses per bucket; bounds in {@link LATENCY_BOUNDS_S}, one more bucket for the rest. */
    readonly buckets: readonly number[]
  }
}
