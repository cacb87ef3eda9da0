import { debug, seededRandom } from './debug.ts'
import { RingBuffer } from './ring-buffer.ts'

/** A unit of work for the run queue. Futures are tasks themselves, so scheduling one allocates nothing. */
export interface Task {
  run(): void
}

/** Milliseconds a drain may take before input and output get their turn (Seastar's `task-quota-ms`). */
const QUOTA_MS = 0.5

/** The clock is read once in so many tasks: reading it costs as much as running several of them. */
const TASKS_PER_CLOCK_READ = 64

const NOT_STARTED = -1
const IS_DEBUG = debug.enabled

const tasks = new RingBuffer<Task>(256)
let endOfTurn: Task[] = []

/** Fields of one object: the compiler keeps numbers in them unboxed, which it does not for variables of a module. */
const turn = {
  callbackDepth: 0,
  isDraining: false,
  isMicrotaskPending: false,
  isTickPending: false,
  isContinuationPending: false,
  credit: TASKS_PER_CLOCK_READ,
  deadlineMs: Number.MIN_VALUE,
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
  if (turn.callbackDepth === 0 && !turn.isDraining && !turn.isMicrotaskPending) drainInMicrotask()
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
  if (--turn.callbackDepth === 0 && !turn.isDraining && (tasks.length > 0 || endOfTurn.length > 0))
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

/** Numbers of the run queue of this thread. */
export interface RunQueueStats {
  /** Tasks run since the thread started. */
  readonly executed: number
  /** Tasks waiting now. */
  readonly pending: number
}

export function runQueueStats(): RunQueueStats {
  return { executed: turn.executed, pending: tasks.length }
}

function drainInMicrotask(): void {
  turn.isMicrotaskPending = true
  void settled.then(onMicrotask)
}

function onMicrotask(): void {
  turn.isMicrotaskPending = false
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
  turn.credit = TASKS_PER_CLOCK_READ
  turn.deadlineMs = NOT_STARTED
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

/** The quota begins with the first clock read: most drains are shorter than that and read no clock. */
function isPastDeadline(): boolean {
  const nowMs = performance.now()
  if (turn.deadlineMs === NOT_STARTED) turn.deadlineMs = nowMs + QUOTA_MS
  const isPast = nowMs > turn.deadlineMs
  turn.credit = isPast ? 0 : TASKS_PER_CLOCK_READ
  return isPast
}

function continueAfterInput(): void {
  if (turn.isContinuationPending) return
  turn.isContinuationPending = true
  if (typeof setImmediate === 'function') setImmediate(onContinuation)
  else setTimeout(onContinuation, 0)
}

function onContinuation(): void {
  turn.isContinuationPending = false
  drain(true)
}

if (IS_DEBUG) {
  console.error(`FASTERAPI_DEBUG: run queue shuffled, repeat with FASTERAPI_SEED=${debug.seed}`)
}
