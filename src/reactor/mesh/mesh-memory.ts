import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { INTEREST_BYTES } from './topic-interest.ts'

/** Settings of the memory through which the cores of a process talk. */
export interface MeshMemoryOptions {
  /**
   * Bytes of each ring, a power of two from 4,096; by default so many that all rings together take at
   * most 32 MiB, from 16 KiB to 256 KiB each. The system provides them when they are first used.
   */
  readonly ringBytes?: number
  /** How many reactors that are being replaced can be there beside their successors; 2 by default. */
  readonly spares?: number
}

/** Shared memory of all cores of a process; plain data that `workerData` and `postMessage` take. */
export interface MeshMemory {
  /** Names the channels that belong to it, different from those of every other one. */
  readonly name: string
  /** Reactors; their cores are 0 to `count - 1`, and the supervisor's is `count`. */
  readonly count: number
  /** Places for reactors and the supervisor: one for each core, and the spare ones. */
  readonly places: number
  readonly ringBytes: number
  readonly control: SharedArrayBuffer
  readonly rings: SharedArrayBuffer
  /** Which topics each place wants to be told of. */
  readonly topics: SharedArrayBuffer
}

/** Bytes between words that different cores write, so that these do not share a cache line. */
export const LINE_BYTES = 64

/** Head, tail and the flag of a blocked writer, each in a cache line. */
export const RING_HEADER_BYTES: number = 3 * LINE_BYTES

const KIB = 1024
const MAX_CORES = 256
const ALL_RINGS_BYTES = 32 * KIB * KIB

/**
 * Makes the memory for `count` reactors and a supervisor.
 *
 * @throws {OptionError} if `count` is not an integer from 1 to 256, or an option is wrong
 */
export function createMeshMemory(count: number, options: MeshMemoryOptions = {}): MeshMemory {
  rejectUnknownOptions('createMeshMemory options', options, ['ringBytes', 'spares'])
  const cores = integerOption('count', count, count, 1, MAX_CORES)
  const places = cores + 1 + integerOption('spares', options.spares, 2, 0, MAX_CORES)
  const ringBytes = floorPowerOfTwo(
    integerOption('ringBytes', options.ringBytes, defaultRingBytes(places), 4 * KIB, 2 ** 30),
  )
  return {
    name: `fasterapi-mesh-${crypto.randomUUID()}`,
    count: cores,
    places,
    ringBytes,
    control: new SharedArrayBuffer(controlBytes(cores, places)),
    rings: new SharedArrayBuffer(places * places * (ringBytes + RING_HEADER_BYTES)),
    topics: new SharedArrayBuffer(places * INTEREST_BYTES),
  }
}

/** Where the ring from one place to another begins. */
export function ringOffset(memory: MeshMemory, from: number, to: number): number {
  return (from * memory.places + to) * (memory.ringBytes + RING_HEADER_BYTES)
}

function defaultRingBytes(places: number): number {
  return Math.min(256 * KIB, Math.max(16 * KIB, ALL_RINGS_BYTES / (places * places)))
}

function floorPowerOfTwo(value: number): number {
  return 2 ** Math.floor(Math.log2(value))
}

/** The layout of the control words is that of `place-table.ts`: a line, a word for each core, two lines for each place. */
function controlBytes(cores: number, places: number): number {
  const coreLines = Math.ceil(((cores + 1) * Int32Array.BYTES_PER_ELEMENT) / LINE_BYTES)
  return LINE_BYTES * (1 + coreLines + 2 * places)
}
