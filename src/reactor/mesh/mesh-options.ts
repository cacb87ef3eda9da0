import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { MAX_CALLS } from './call-table.ts'

/** Settings of one core's part of a mesh. */
export interface MeshOptions {
  /** Modules are still being loaded: calls of functions not known yet wait until `loaded()`. */
  readonly isLoading?: boolean
  /** Calls to one other core that may wait for their reply; 65,536 by default. More fail with `LimitError`. */
  readonly maxInFlight?: number
  /** Bytes to one other core that may wait for room in the ring; 64 MiB by default. More calls fail with `LimitError`. */
  readonly maxQueuedBytes?: number
  /**
   * Turns of the event loop in which a core that has nothing to do looks for messages before it
   * sleeps; 0 by default. Each costs CPU time, and a message that comes meanwhile needs no wake-up.
   */
  readonly idleTurns?: number
}

const KNOWN = ['isLoading', 'maxInFlight', 'maxQueuedBytes', 'idleTurns'] as const
const DEFAULT_MAX_IN_FLIGHT = 65_536
const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024

/** @throws {OptionError} if an option is unknown, or a number not whole or out of its range */
export function readMeshOptions(options: MeshOptions): Required<MeshOptions> {
  rejectUnknownOptions('mesh options', options, KNOWN)
  const { isLoading, maxInFlight, maxQueuedBytes, idleTurns } = options
  return {
    isLoading: isLoading === true,
    maxInFlight: integerOption('maxInFlight', maxInFlight, DEFAULT_MAX_IN_FLIGHT, 1, MAX_CALLS),
    maxQueuedBytes: integerOption('maxQueuedBytes', maxQueuedBytes, DEFAULT_MAX_QUEUED_BYTES, 1),
    idleTurns: integerOption('idleTurns', idleTurns, 0),
  }
}
