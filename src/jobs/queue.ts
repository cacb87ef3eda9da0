import { OptionError } from '../core/errors.ts'
import { integerOption, numberOption, rejectUnknownOptions } from '../core/options.ts'
import { Schema } from '../schema/index.ts'

export interface QueueOptions {
  /** How often a job that failed is tried again; default 2. */
  readonly retryLimit?: number
  /** Seconds before the next try; default 0. */
  readonly retryDelaySeconds?: number
  /** Doubles the delay with each try, with some chance in it; default false. */
  readonly retryBackoff?: boolean
  /** The longest delay of `retryBackoff`, in seconds; default: no limit. */
  readonly retryDelayMaxSeconds?: number
  /** A job that takes longer has failed; default 900 seconds. */
  readonly expireSeconds?: number
  /** Jobs that nobody takes are dropped after so many seconds; default 14 days. */
  readonly retentionSeconds?: number
  /** Jobs that are over are kept for so many seconds; default 7 days. */
  readonly deleteAfterSeconds?: number
  /** Where jobs go whose last try has failed; without one they are kept as failed. */
  readonly deadLetter?: JobQueue<unknown>
}

const KNOWN = [
  'retryLimit',
  'retryDelaySeconds',
  'retryBackoff',
  'retryDelayMaxSeconds',
  'expireSeconds',
  'retentionSeconds',
  'deleteAfterSeconds',
  'deadLetter',
]

/** A kind of job: its name, and what its payload is; made by {@link queue}. */
export class JobQueue<out Payload> {
  readonly name: string
  readonly payload: Schema<Payload>
  readonly options: QueueOptions

  /** @internal */
  constructor(name: string, payload: Schema<Payload>, options: QueueOptions) {
    this.name = name
    this.payload = payload
    this.options = options
  }
}

/**
 * Declares a queue of jobs: `queue('mail', object({ to: email(), text: str() }), { retryLimit: 5 })`.
 *
 * @param name - letters, digits, `_`, `-`, `.` and `/`
 * @param payload - checked when a job is added, and again before a worker gets it: it may be older than
 * the program
 * @throws {OptionError} on a bad name, or unknown or impossible options
 */
export function queue<Payload>(
  name: string,
  payload: Schema<Payload>,
  options: QueueOptions = {},
): JobQueue<Payload> {
  if (typeof name !== 'string' || !/^[\w./-]{1,200}$/.test(name)) {
    throw new OptionError('queue() name', name, "letters, digits, '_', '-', '.' and '/'")
  }
  const where = `queue('${name}')`
  if (!(payload instanceof Schema)) throw new OptionError(`${where} payload`, payload, 'a schema')
  rejectUnknownOptions(where, options, KNOWN)
  integerOption(`${where}.retryLimit`, options.retryLimit, 2)
  integerOption(`${where}.retryDelaySeconds`, options.retryDelaySeconds, 0)
  integerOption(`${where}.retryDelayMaxSeconds`, options.retryDelayMaxSeconds, 1, 1)
  numberOption(`${where}.expireSeconds`, options.expireSeconds, 900, 1, 86_400)
  integerOption(`${where}.retentionSeconds`, options.retentionSeconds, 1, 1)
  integerOption(`${where}.deleteAfterSeconds`, options.deleteAfterSeconds, 1, 0)
  const { deadLetter, retryBackoff } = options
  if (retryBackoff !== undefined && typeof retryBackoff !== 'boolean') {
    throw new OptionError(`${where}.retryBackoff`, retryBackoff, 'true or false')
  }
  if (deadLetter !== undefined && !(deadLetter instanceof JobQueue)) {
    throw new OptionError(`${where}.deadLetter`, deadLetter, 'a queue()')
  }
  return new JobQueue(name, payload, options)
}
