import { debug, type Environment, environment, seededRandom } from './debug.ts'
import { OptionError } from './errors.ts'
import { rejectUnknownOptions } from './options.ts'
import { RingBuffer } from './ring-buffer.ts'

/** A unit of work for the run queue. Futures are tasks themselves, so scheduling one allocates nothing. */
export interface Task {
  run(): void
}

const DEFAULT_QUOTA_MS = 0.5

/** The clock is read once in so many tasks: reading it costs as much as running several of them. */
const TASKS_PER_CLOCK_READ = 64

/** A fraction, so that the field it is stored in holds unboxed doubles from the start. */
const NOT_STARTED = Number.MIN_VALUE
const IS_DEBUG = debug.enabled

/** The one queue of this thread; where there are several by group and priority, {@link runTasks} will choose. */
const tasks = new RingBuffer<Task>(256)
let endOfTurn: Task[] = []

/** Fields of one object: the compiler keeps numbers in them unboxed, which it does not for variables of a module. */
const turn = {
  quotaMs: readTaskQuota(environment),
  callbackDepth: 0,
  isDraining: false,
  /** A microtask will drain the queue or, if the quota is used up, a later turn of the event loop. */
  isDrainPending: false,
  isContinuationPending: false,
  isTickPending: false,
  isEndMarked: false,
  isSpent: false,
  credit: TASKS_PER_CLOCK_READ,
  deadlineMs: NOT_STARTED,
  executed: 0,
}

const settled = Promise.resolve()
const random = seededRandom(debug.seed)

/**
 * Runs `task` after everything scheduled before it.
 *
 * Within one of our I/O callbacks it runs before that callback returns; elsewhere in one microtask.
 */
export function schedule(task: Task): void {
  tasks.push(task)
  if (turn.callbackDepth === 0 && !turn.isDraining && !turn.isDrainPending) drainInMicrotask()
}

/**
 * Runs `task` once when the run queue is empty, or its quota is used up: the moment to flush what
 * the turn has produced, so that everything written in one turn leaves in one system call.
 */
export function atEndOfTurn(task: Task): void {
  endOfTurn.push(task)
  if (turn.callbackDepth === 0 && !turn.isDraining && !turn.isTickPending) drainAfterMicrotasks()
}

/** Opens an I/O callback. Every call is followed by {@link leaveCallback}, in a `finally`. */
export function enterCallback(): void {
  turn.callbackDepth++
}

/** Closes an I/O callback; the outermost one drains the run queue before it returns. */
export function leaveCallback(): void {
  if (--turn.callbackDepth > 0 || turn.isDraining) return
  if (tasks.length === 0 && endOfTurn.length === 0) return
  beginTurn()
  drain(true)
}

/**
 * Counts one step of a loop that runs within a task.
 *
 * @returns true when the quota is used up and the rest of the loop should be scheduled
 */
export function isQuotaSpent(): boolean {
  return --turn.credit < 0 && isPastDeadline()
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
  if (options.quotaMs !== undefined) turn.quotaMs = checkQuota('quotaMs', options.quotaMs)
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

/** Numbers of the run queue of this thread. */
export interface RunQueueStats {
  /** Tasks run since the thread started. */
  readonly executed: number
  /** Tasks waiting now. */
  readonly pending: number
  /** Milliseconds tasks may take before input and output get their turn. */
  readonly quotaMs: number
}

export function runQueueStats(): RunQueueStats {
  return { executed: turn.executed, pending: tasks.length, quotaMs: turn.quotaMs }
}

function drainInMicrotask(): void {
  turn.isDrainPending = true
  void settled.then(onMicrotask)
}

function onMicrotask(): void {
  // The quota was used up since: another drain in this turn would keep input waiting.
  if (turn.isContinuationPending) return
  turn.isDrainPending = false
  drain(!turn.isTickPending)
}

/**
 * `process.nextTick` runs when the microtasks that are queued now, and those they queue, are done:
 * output of several `async` functions that resume in one turn is flushed together.
 */
function drainAfterMicrotasks(): void {
  turn.isTickPending = true
  const { process } = globalThis
  if (process?.nextTick === undefined) void settled.then(onTick)
  else process.nextTick(onTick)
}

function onTick(): void {
  turn.isTickPending = false
  drain(true)
}

/** @param isTurnOver - whether to flush, too; not while microtasks of this turn may still add output */
function drain(isTurnOver: boolean): void {
  if (turn.isDraining || turn.callbackDepth > 0) return
  turn.isDraining = true
  try {
    let isOverdue = false
    do {
      isOverdue = runTasks()
      if (isTurnOver) runEndOfTurn()
    } while (!isOverdue && tasks.length > 0)
  } finally {
    turn.isDraining = false
    // Left over: the quota has ended, or a task has thrown, which must not take the rest with it.
    if (tasks.length > 0 || (isTurnOver && endOfTurn.length > 0)) continueAfterInput()
  }
}

/** @returns true if the quota ended before the queue did */
function runTasks(): boolean {
  if (turn.isSpent) return true
  while (tasks.length > 0) {
    const task = IS_DEBUG ? tasks.takeAt(Math.floor(random() * tasks.length)) : tasks.shift()
    turn.executed++
    task?.run()
    if (--turn.credit < 0 && isPastDeadline()) return true
  }
  return false
}

function runEndOfTurn(): void {
  const flushes = endOfTurn
  if (flushes.length === 0) return
  endOfTurn = []
  for (const flush of flushes) flush.run()
}

/** The quota begins with the first clock read: most turns are shorter than that and read no clock. */
function isPastDeadline(): boolean {
  const nowMs = performance.now()
  if (turn.deadlineMs === NOT_STARTED) {
    turn.deadlineMs = nowMs + turn.quotaMs
    markEndOfTurn()
  }
  turn.isSpent = nowMs > turn.deadlineMs
  turn.credit = turn.isSpent ? 0 : TASKS_PER_CLOCK_READ
  return turn.isSpent
}

/** A full quota for what comes now. */
function beginTurn(): void {
  turn.credit = TASKS_PER_CLOCK_READ
  turn.deadlineMs = NOT_STARTED
  turn.isSpent = false
}

/**
 * Microtasks do not tell whether input had its turn since the last of them. If each began a quota
 * of its own, an `async` loop that waits for the run queue would keep input out for ever.
 */
function markEndOfTurn(): void {
  if (turn.isEndMarked) return
  turn.isEndMarked = true
  afterInput(onEndOfTurn)
}

function onEndOfTurn(): void {
  turn.isEndMarked = false
  beginTurn()
}

function continueAfterInput(): void {
  turn.isDrainPending = true
  if (turn.isContinuationPending) return
  turn.isContinuationPending = true
  afterInput(onContinuation)
}

function onContinuation(): void {
  turn.isContinuationPending = false
  turn.isDrainPending = false
  beginTurn()
  drain(true)
}

function afterInput(callback: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(callback)
  else setTimeout(callback, 0)
}

if (IS_DEBUG) {
  console.error(`FASTERAPI_DEBUG: run queue shuffled, repeat with FASTERAPI_SEED=${debug.seed}`)
}
