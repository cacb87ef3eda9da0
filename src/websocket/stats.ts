/** Numbers of all WebSockets of a core since it was started. */
export interface WebSocketStats {
  readonly sockets: {
    readonly open: number
    readonly total: number
    /** Handshakes that were refused, with whatever status. */
    readonly refused: number
  }
  readonly messages: {
    readonly received: number
    readonly sent: number
    /** Not sent, because the peer did not read. */
    readonly dropped: number
    /** Published to topics of the core, once each, however many were subscribed. */
    readonly published: number
  }
  /** Of frames, headers included. */
  readonly bytes: { readonly received: number; readonly sent: number }
  /** Pings that were sent, and sockets cut off because nothing came back, or the peer did not read. */
  readonly pings: number
  readonly timeouts: { readonly pong: number; readonly idle: number; readonly send: number }
  /**
   * Closed sockets, by close code: 1005 without a code, 1006 without a close frame. Of an
   * application's own codes the first 32 are told apart; the rest is `other`, for clients choose them.
   */
  readonly closes: Readonly<Record<string, number>>
}

/** Where each number stands among the cells. */
const CELLS = {
  open: 0,
  total: 1,
  refused: 2,
  received: 3,
  sent: 4,
  dropped: 5,
  published: 6,
  receivedBytes: 7,
  sentBytes: 8,
  pings: 9,
  pongTimeouts: 10,
  idleTimeouts: 11,
  sendTimeouts: 12,
} as const

/** Close codes of the protocol have cells of their own, from this code on. */
const FIRST_CODE = 1000
const CODE_COUNT = 16
const FIRST_CLOSE = 13
/** Others get pairs of cells, code and count, in the order in which they come. */
const FIRST_PAIR = FIRST_CLOSE + CODE_COUNT
const PAIR_COUNT = 32
const OTHER_CLOSES = FIRST_PAIR + 2 * PAIR_COUNT
const CELL_COUNT = OTHER_CLOSES + 1

/** Bytes of the memory the numbers of a core take; see {@link readWebSocketStats}. */
export const WEBSOCKET_STATS_BYTES: number = CELL_COUNT * Float64Array.BYTES_PER_ELEMENT

/** Memory of {@link WEBSOCKET_STATS_BYTES}, at an offset that is a multiple of 8. */
export interface WebSocketStatsMemory {
  readonly memory: ArrayBufferLike
  readonly byteOffset: number
}

/** @internal The cells behind {@link WebSocketStats}, bumped where things happen. */
export class WebSocketCounters {
  #cells: Float64Array = new Float64Array(CELL_COUNT)

  /** Goes on counting in memory that other threads can read. */
  moveTo({ memory, byteOffset }: WebSocketStatsMemory): void {
    const cells = new Float64Array(memory, byteOffset, CELL_COUNT)
    cells.set(this.#cells)
    this.#cells = cells
  }

  count(name: keyof typeof CELLS, by = 1): void {
    this.#cells[CELLS[name]]! += by
  }

  countReceived(bytes: number): void {
    this.#cells[CELLS.receivedBytes]! += bytes
  }

  countMessage(): void {
    this.#cells[CELLS.received]!++
  }

  countSent(): void {
    this.#cells[CELLS.sent]!++
  }

  countSentBytes(bytes: number): void {
    this.#cells[CELLS.sentBytes]! += bytes
  }

  countClose(code: number): void {
    addCloses(this.#cells, code, 1)
  }

  snapshot(): WebSocketStats {
    return statsOf(this.#cells)
  }
}

/** @internal One for all sockets of a core. */
export const webSocketCounters: WebSocketCounters = new WebSocketCounters()

/** Numbers of all WebSockets of this core. */
export function webSocketStats(): WebSocketStats {
  return webSocketCounters.snapshot()
}

/**
 * Lets other threads read the numbers of this core, with {@link readWebSocketStats}.
 *
 * @param memory - shared memory, all zero
 */
export function shareWebSocketStats(memory: WebSocketStatsMemory): void {
  webSocketCounters.moveTo(memory)
}

/** The numbers of one or several cores together, read on any thread. */
export function readWebSocketStats(...memories: readonly WebSocketStatsMemory[]): WebSocketStats {
  const sum = new Float64Array(CELL_COUNT)
  for (const memory of memories) addCells(sum, cellsOf(memory))
  return statsOf(sum)
}

/** Adds what a core that is gone has counted to a total: not its open sockets, for they are gone, too. */
export function retireWebSocketStats(
  gone: WebSocketStatsMemory,
  total: WebSocketStatsMemory,
): void {
  const sum = cellsOf(total)
  const open = sum[CELLS.open]!
  addCells(sum, cellsOf(gone))
  sum[CELLS.open] = open
}

function cellsOf({ memory, byteOffset }: WebSocketStatsMemory): Float64Array {
  return new Float64Array(memory, byteOffset, CELL_COUNT)
}

function addCells(sum: Float64Array, cells: Float64Array): void {
  for (let at = 0; at < FIRST_PAIR; at++) sum[at]! += cells[at]!
  for (let at = FIRST_PAIR; at < OTHER_CLOSES; at += 2) {
    if (cells[at] !== 0) addCloses(sum, cells[at]!, cells[at + 1]!)
  }
  sum[OTHER_CLOSES]! += cells[OTHER_CLOSES]!
}

function addCloses(cells: Float64Array, code: number, count: number): void {
  cells[cellOfCode(cells, code)]! += count
}

/** The cell that counts a close code, which it takes if the code is a new one. */
function cellOfCode(cells: Float64Array, code: number): number {
  if (code >= FIRST_CODE && code < FIRST_CODE + CODE_COUNT) return FIRST_CLOSE + code - FIRST_CODE
  for (let at = FIRST_PAIR; at < OTHER_CLOSES; at += 2) {
    if (cells[at] === 0) cells[at] = code
    if (cells[at] === code) return at + 1
  }
  return OTHER_CLOSES
}

function statsOf(cells: Float64Array): WebSocketStats {
  const of = (name: keyof typeof CELLS): number => cells[CELLS[name]]!
  return {
    sockets: { open: of('open'), total: of('total'), refused: of('refused') },
    messages: {
      received: of('received'),
      sent: of('sent'),
      dropped: of('dropped'),
      published: of('published'),
    },
    bytes: { received: of('receivedBytes'), sent: of('sentBytes') },
    pings: of('pings'),
    timeouts: { pong: of('pongTimeouts'), idle: of('idleTimeouts'), send: of('sendTimeouts') },
    closes: closesOf(cells),
  }
}

function closesOf(cells: Float64Array): Record<string, number> {
  const closes: Record<string, number> = {}
  for (let at = 0; at < CODE_COUNT; at++) {
    const count = cells[FIRST_CLOSE + at]!
    if (count > 0) closes[FIRST_CODE + at] = count
  }
  for (let at = FIRST_PAIR; at < OTHER_CLOSES; at += 2) {
    if (cells[at + 1]! > 0) closes[String(cells[at])] = cells[at + 1]!
  }
  if (cells[OTHER_CLOSES]! > 0) closes['other'] = cells[OTHER_CLOSES]!
  return closes
}
