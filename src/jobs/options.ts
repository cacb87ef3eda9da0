import { OptionError } from '../core/errors.ts'
import {
  functionOption,
  integerOption,
  numberOption,
  rejectUnknownOptions,
} from '../core/options.ts'
import type { PgTransaction } from '../pg/index.ts'

export interface JobsOptions {
  /** The schema of the database that the jobs are in, made at the first start; default `pgboss`. */
  readonly schema?: string
  /** Told of every failure of a job and of the upkeep; default: one entry on standard error. */
  readonly onError?: (error: unknown, queue: string | undefined) => void
  /** How long {@link Jobs.stop} waits for jobs at work, in milliseconds; default 10,000. */
  readonly stopTimeoutMs?: number
}

export interface WorkerOptions {
  /** Jobs at work at the same time, in this process or reactor; default 1. */
  readonly concurrency?: number
  /**
   * Seconds between looks for jobs that have become due: new ones are told of at once. Default 2, at
   * least 0.5.
   */
  readonly pollSeconds?: number
}

export interface EnqueueOptions {
  /** Adds the job in a transaction: it is there if that commits, and never was if not. */
  readonly in?: PgTransaction
  /** Not before that: a time, or so many seconds from now. */
  readonly startAfter?: Date | number
  /** Higher ones first; default 0. */
  readonly priority?: number
  /** With `singletonSeconds`: at most one job with this key in so many seconds. */
  readonly singletonKey?: string
  readonly singletonSeconds?: number
  /** Handed to the worker, so that its work is part of the same trace. */
  readonly traceparent?: string
}

export interface ScheduleOptions {
  /** Name of a time zone: `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string
  /** Tells several schedules of one queue apart; default: the only one. */
  readonly key?: string
}

const ENQUEUE = ['in', 'startAfter', 'priority', 'singletonKey', 'singletonSeconds', 'traceparent']

/** @throws {OptionError} on unknown or impossible options */
export function checkJobsOptions(options: JobsOptions): void {
  rejectUnknownOptions('new Jobs()', options, ['schema', 'onError', 'stopTimeoutMs'])
  const { schema, onError, stopTimeoutMs } = options
  if (schema !== undefined && !/^[A-Za-z_]\w{0,49}$/.test(schema)) {
    throw new OptionError('new Jobs().schema', schema, 'a name of at most 50 letters, digits and _')
  }
  functionOption('new Jobs().onError', onError)
  integerOption('new Jobs().stopTimeoutMs', stopTimeoutMs, 10_000, 1000, 0x7fff_ffff)
}

/** @throws {OptionError} on unknown or impossible options */
export function checkWorkerOptions(options: WorkerOptions): void {
  rejectUnknownOptions('work()', options, ['concurrency', 'pollSeconds'])
  integerOption('work().concurrency', options.concurrency, 1, 1, 1000)
  numberOption('work().pollSeconds', options.pollSeconds, 2, 0.5, 3600)
}

/** @throws {OptionError} on unknown or impossible options */
export function checkEnqueueOptions(options: EnqueueOptions): void {
  rejectUnknownOptions('enqueue()', options, ENQUEUE)
  const { startAfter } = options
  if (typeof startAfter === 'number') numberOption('enqueue().startAfter', startAfter, 0, 0)
  else if (startAfter !== undefined && !(startAfter instanceof Date)) {
    throw new OptionError('enqueue().startAfter', startAfter, 'a Date, or seconds from now')
  }
  integerOption('enqueue().priority', options.priority, 0, -0x8000_0000, 0x7fff_ffff)
  integerOption('enqueue().singletonSeconds', options.singletonSeconds, 1, 1)
}
