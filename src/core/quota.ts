import { afterInput } from './after-input.ts'
import { type Environment, environment } from './debug.ts'
import { OptionError } from './errors.ts'
import { rejectUnknownOptions } from './options.ts'

const DEFAULT_QUOTA_MS = 0.5

/**
 * The clock is read once in so many tasks, as long as they are short: reading it costs as much as
 * running several of them. It is read more often when the tasks between two reads take a whole quota.
 */
const TASKS_PER_CLOCK_READ = 64

/** A fraction, so that the field it is stored in holds unboxed doubles from the start. */
const NOT_STARTED = Number.MIN_VALUE

/**
 * How much of its time the turn has used up.
 *
 * Fields of one object: the compiler keeps numbers in them unboxed, which it does not for variables
 * of a module.
 */
export const quota = {
  quotaMs: readTaskQuota(environment),
  isSpent: false,
  /** Tasks left until the clock is read. */
  credit: TASKS_PER_CLOCK_READ,
  tasksPerClockRead: TASKS_PER_CLOCK_READ,
  lastReadMs: NOT_STARTED,
  deadlineMs: NOT_STARTED,
  isEndMarked: false,
}

/**
 * Counts one step of a loop that runs within a task.
 *
 * @returns true when the quota is used up and the rest of the loop should be scheduled
 */
export function isQuotaSpent(): boolean {
  return --quota.credit < 0 && isPastDeadline()
}

/** Settings of the run queue of this thread. */
export interface RunQueueOptions {
  /**
   * Milliseconds that continuations may take before input, output and timers get their turn; 0.5 by
   * default, or what the environment variable `FASTERAPI_TASK_QUOTA_MS` says.
   */
  readonly quotaMs?: number
}

/**
 * Changes settings of the run queue of this thread, from the next turn of the event loop on.
 *
 * @throws {OptionError} if `quotaMs` is not a positive number, or an option is unknown
 * @see seastar `--task-quota-ms`
 */
export function configureRunQueue(options: RunQueueOptions): void {
  rejectUnknownOptions('configureRunQueue options', options, ['quotaMs'])
  if (options.quotaMs === undefined) return
  quota.quotaMs = checkQuota('quotaMs', options.quotaMs)
  quota.tasksPerClockRead = TASKS_PER_CLOCK_READ
}

/**
 * Reads the quota from the environment.
 *
 * @throws {OptionError} if `FASTERAPI_TASK_QUOTA_MS` is set and not a positive number
 */
export function readTaskQuota(variables: Environment): number {
  const text = variables['FASTERAPI_TASK_QUOTA_MS'] ?? ''
  if (text === '') return DEFAULT_QUOTA_MS
  return checkQuota('FASTERAPI_TASK_QUOTA_MS', /^[\d.]+$/.test(text) ? Number(text) : text)
}

function checkQuota(name: string, quotaMs: unknown): number {
  if (typeof quotaMs === 'number' && quotaMs > 0 && quotaMs < Number.POSITIVE_INFINITY) {
    return quotaMs
  }
  throw new OptionError(name, quotaMs, 'a positive number of milliseconds')
}

/** The quota begins with the first clock read: most turns are shorter than that and read no clock. */
export function isPastDeadline(): boolean {
  const nowMs = performance.now()
  if (quota.deadlineMs === NOT_STARTED) {
    quota.deadlineMs = nowMs + quota.quotaMs
    markEndOfTurn()
  } else adaptClockReads(nowMs - quota.lastReadMs)
  quota.lastReadMs = nowMs
  quota.isSpent = nowMs > quota.deadlineMs
  quota.credit = quota.isSpent ? 0 : quota.tasksPerClockRead
  return quota.isSpent
}

/** @param elapsedMs - what the tasks between the last two reads took */
function adaptClockReads(elapsedMs: number): void {
  const { tasksPerClockRead, quotaMs } = quota
  quota.tasksPerClockRead =
    elapsedMs > quotaMs
      ? Math.max(1, Math.floor((tasksPerClockRead * quotaMs) / (2 * elapsedMs)))
      : Math.min(TASKS_PER_CLOCK_READ, tasksPerClockRead * 2)
}

/** A full quota for what comes now. */
export function beginTurn(): void {
  quota.credit = quota.tasksPerClockRead
  quota.deadlineMs = NOT_STARTED
  quota.isSpent = false
}

/**
 * Microtasks do not tell whether input had its turn since the last of them. If each began a quota
 * of its own, an `async` loop that waits for the run queue would keep input out for ever.
 */
function markEndOfTurn(): void {
  if (quota.isEndMarked) return
  quota.isEndMarked = true
  afterInput(onEndOfTurn)
}

function onEndOfTurn(): void {
  quota.isEndMarked = false
  beginTurn()
}
