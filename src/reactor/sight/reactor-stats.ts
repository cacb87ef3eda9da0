/** What a reactor tells of itself, as of at most {@link PUBLISH_INTERVAL_MS} ago when read from another core. */
export interface ReactorStats {
  /** Core id. */
  readonly core: number
  /** Milliseconds since the reactor started. */
  readonly uptimeMs: number
  /** I/O callbacks of ours, and turns after the quota was used up. */
  readonly turns: number
  /** Tasks of the run queue that have run, and that wait. */
  readonly tasksExecuted: number
  readonly tasksPending: number
  /** Failed futures that nobody consumed. */
  readonly abandonedFailures: number
  /** Milliseconds the event loop has been working, and waiting for something to do. */
  readonly activeMs: number
  readonly idleMs: number
  /** Share of the time since the last publication that the event loop was working, 0 to 1. */
  readonly utilization: number
  readonly heapUsedBytes: number
  readonly heapTotalBytes: number
  /** Memory outside the heap that objects of the heap hold, such as buffers. */
  readonly externalBytes: number
  /** Garbage collections, what they took in all, and the longest. */
  readonly gcCount: number
  readonly gcTotalMs: number
  readonly gcLongestMs: number
  /** Stalls the detector saw, what they took in all, and the longest. */
  readonly stalls: number
  readonly stallTotalMs: number
  readonly stallLongestMs: number
}

/** How old numbers of another core may be. */
export const PUBLISH_INTERVAL_MS = 250

type Field = Exclude<keyof ReactorStats, 'core'>

/** In the order of the cells. */
const FIELDS: readonly Field[] = [
  'uptimeMs',
  'turns',
  'tasksExecuted',
  'tasksPending',
  'abandonedFailures',
  'activeMs',
  'idleMs',
  'utilization',
  'heapUsedBytes',
  'heapTotalBytes',
  'externalBytes',
  'gcCount',
  'gcTotalMs',
  'gcLongestMs',
  'stalls',
  'stallTotalMs',
  'stallLongestMs',
]

/** In front of the fields: the cell of the heartbeat, which takes a whole one for the alignment. */
const BYTES_PER_REACTOR = 8 * (1 + FIELDS.length)

/** While a reactor is replaced, the old one and the new one live side by side. */
const REACTORS_PER_CORE = 2

/** Memory for the numbers of the reactors of `cores` cores, which every thread can read without asking. */
export function createStatsMemory(cores: number): SharedArrayBuffer {
  return new SharedArrayBuffer(cores * (8 + REACTORS_PER_CORE * BYTES_PER_REACTOR))
}

/** @returns the numbers of each core's reactor; none for a core whose reactor is being started */
export function readStats(memory: SharedArrayBuffer): ReactorStats[] {
  return [...servingOf(memory)].flatMap((serving, core) =>
    serving === 0 ? [] : new StatsCells(memory, core, serving - 1).read(),
  )
}

/** From now on the reactor of `generation` is the one that {@link readStats} reads for the core. */
export function setServing(
  memory: SharedArrayBuffer,
  core: number,
  generation: number | undefined,
): void {
  servingOf(memory)[core] = generation === undefined ? 0 : generation + 1
}

/** One more than the generation of the reactor that serves on each core; 0 for none. */
function servingOf(memory: SharedArrayBuffer): Float64Array {
  return new Float64Array(memory, 0, coresOf(memory))
}

function coresOf(memory: SharedArrayBuffer): number {
  return memory.byteLength / (8 + REACTORS_PER_CORE * BYTES_PER_REACTOR)
}

/**
 * The numbers of one reactor in shared memory.
 *
 * Each cell is written by one thread and read by any; a reader may see one number newer than
 * another, as with any set of counters.
 */
export class StatsCells {
  readonly core: number
  /** Counted up by the run queue. */
  readonly heartbeat: Int32Array
  readonly #cells: Float64Array

  constructor(memory: SharedArrayBuffer, core: number, generation: number) {
    const slot = core * REACTORS_PER_CORE + (generation % REACTORS_PER_CORE)
    const offset = 8 * coresOf(memory) + slot * BYTES_PER_REACTOR
    this.core = core
    this.heartbeat = new Int32Array(memory, offset, 1)
    this.#cells = new Float64Array(memory, offset + 8, FIELDS.length)
  }

  write(numbers: Partial<Readonly<Record<Field, number>>>): void {
    FIELDS.forEach((field, index) => {
      const value = numbers[field]
      if (value !== undefined) this.#cells[index] = value
    })
  }

  read(): ReactorStats {
    const numbers = Object.fromEntries(FIELDS.map((field, index) => [field, this.#cells[index]]))
    return { core: this.core, ...numbers } as unknown as ReactorStats
  }

  /** Another reactor takes the place: it starts from zero. */
  clear(): void {
    this.#cells.fill(0)
  }
}
