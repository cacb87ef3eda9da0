import { useContexts } from './async-context.ts'
import { debug, type Environment, environment, seededRandom } from './debug.ts'
import { OptionError } from './errors.ts'
import { rejectUnknownOptions } from './options.ts'
import { RingBuffer } from './ring-buffer.ts'
import type { Task } from './task.ts'
import { TaskGroup, type TaskGroupStats } from './task-group.ts'

export type { Task } from './task.ts'

const DEFAULT_QUOTA_MS = 0.5

/**
 * The clock is read once in so many tasks, as long as they are short: reading it costs as much as
 * running several of them. It is read more often when the tasks between two reads take a whole quota.
 */
const TASKS_PER_CLOCK_READ = 64

/** A fraction, so that the field it is stored in holds unboxed doubles from the start. */
const NOT_STARTED = Number.MIN_VALUE
const IS_DEBUG = debug.enabled

/** The group of everything that was started in no other: request handlers, timers, the program itself. */
export const mainGroup: TaskGroup = new TaskGroup('main')
const mainTasks = mainGroup.tasks

mainGroup.isBusy = true
const busyGroups: TaskGroup[] = [mainGroup]
const knownGroups = new Set<TaskGroup>([mainGroup])
let endOfTurn: Task[] = []
/** Counts turns, so that another thread can tell progress from a stall. */
let beats: Int32Array = new Int32Array(1)

/** Fields of one object: the compiler keeps numbers in them unboxed, which it does not for variables of a module. */
const turn = {
  /** Whose task runs now; what it schedules is of the same group. */
  group: mainGroup,
  /** Weighed run time of the group that ran last, which nobody who comes back from a pause may undercut. */
  virtualMs: 0,
  /** There is more than the main group: run times are measured and weighed. */
  isWeighed: false,
  /** The main group has something urgent. */
  isUrgent: false,
  quotaMs: readTaskQuota(environment),
  callbackDepth: 0,
  isDraining: false,
  /** A microtask will drain the queue or, if the quota is used up, a later turn of the event loop. */
  isDrainPending: false,
  isContinuationPending: false,
  isTickPending: false,
  isEndMarked: false,
  isSpent: false,
  tasksPerClockRead: TASKS_PER_CLOCK_READ,
  credit: TASKS_PER_CLOCK_READ,
  lastReadMs: NOT_STARTED,
  deadlineMs: NOT_STARTED,
}

const settled = Promise.resolve()
const random = seededRandom(debug.seed)

/**
 * Runs `task` after everything scheduled before it in the same group.
 *
 * Within one of our I/O callbacks it runs before that callback returns; elsewhere in one microtask.
 *
 * @param group - the group of the task that is running now, by default
 */
export function schedule(task: Task, group: TaskGroup = turn.group): void {
  if (!group.isBusy) wake(group)
  group.tasks.push(task)
  noteScheduled()
}

/** Runs `task` after everything scheduled before it in the main group, whatever group runs now. */
export function scheduleInMain(task: Task): void {
  if (!mainGroup.isBusy) wake(mainGroup)
  mainTasks.push(task)
  noteScheduled()
}

/**
 * Runs `task` in the main group before everything that is scheduled there, and lets that group run
 * next; for what many others wait for.
 */
export function scheduleUrgent(task: Task): void {
  if (!mainGroup.isBusy) wake(mainGroup)
  mainTasks.unshift(task)
  turn.isUrgent = true
  noteScheduled()
}

/** @returns the group of the task that is running now */
export function currentGroup(): TaskGroup {
  return turn.group
}

/** Calls `fn` at once, as if a task of `group` did: what it schedules and what follows from it is of that group. */
export function enterGroup<R>(group: TaskGroup, fn: () => R): R {
  const before = turn.group
  turn.group = group
  try {
    return fn()
  } finally {
    turn.group = before
  }
}

/** @returns what each group of this thread has done, the main group first */
export function taskGroupStats(): TaskGroupStats[] {
  return [...knownGroups].map((group) => group.stats())
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
  beats[0]!++
  if (endOfTurn.length === 0 && !hasTasks()) return
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

/** Counts the turns of this thread in the first cell of `cells`, which may be shared with others. */
export function shareHeartbeat(cells: Int32Array): void {
  beats = cells
}

/** Counts a turn that is none of ours: whoever asks for it knows that the event loop turns. */
export function beat(): void {
  beats[0]!++
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
  turn.quotaMs = checkQuota('quotaMs', options.quotaMs)
  turn.tasksPerClockRead = TASKS_PER_CLOCK_READ
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
  return { executed: executedTasks(), pending: pendingTasks(), quotaMs: turn.quotaMs }
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
    } while (!isOverdue && hasTasks())
  } finally {
    turn.isDraining = false
    // Left over: the quota has ended, or a task has thrown, which must not take the rest with it.
    if (hasTasks() || (isTurnOver && endOfTurn.length > 0)) continueAfterInput()
  }
}

/** @returns true if the quota ended before the queues did */
function runTasks(): boolean {
  if (turn.isSpent) return true
  // Reading the clock for each slice is left to programs that have groups to weigh.
  if (!turn.isWeighed) return runSlice(mainGroup)
  while (hasTasks()) {
    if (runWeighed(neediestGroup())) return true
  }
  return false
}

/** @returns true if the quota ended before the group's tasks did */
function runSlice(group: TaskGroup): boolean {
  const { tasks } = group
  for (;;) {
    const task = take(tasks)
    if (task === undefined) return false
    group.executed++
    task.run()
    if (--turn.credit < 0 && isPastDeadline()) return true
  }
}

function take(tasks: RingBuffer<Task>): Task | undefined {
  return IS_DEBUG ? tasks.takeAt(Math.floor(random() * tasks.length)) : tasks.shift()
}

function runWeighed(group: TaskGroup): boolean {
  const startMs = performance.now()
  turn.group = group
  try {
    return runSlice(group)
  } finally {
    turn.group = mainGroup
    group.charge(performance.now() - startMs)
    turn.virtualMs = group.virtualMs
    if (group.tasks.length === 0) rest(group)
  }
}

/** Of the groups with tasks the one that has had the least of what its shares entitle it to. */
function neediestGroup(): TaskGroup {
  if (turn.isUrgent) {
    turn.isUrgent = false
    return mainGroup
  }
  let neediest = mainGroup
  for (const group of busyGroups) {
    if (!neediest.isBusy || group.virtualMs < neediest.virtualMs) neediest = group
  }
  return neediest
}

/** A group comes back from a pause: it does not get what it did not ask for meanwhile. */
function wake(group: TaskGroup): void {
  let floorMs = busyGroups.length === 0 ? turn.virtualMs : Number.POSITIVE_INFINITY
  for (const { virtualMs } of busyGroups) floorMs = Math.min(floorMs, virtualMs)
  group.virtualMs = Math.max(group.virtualMs, floorMs)
  group.isBusy = true
  busyGroups.push(group)
  knownGroups.add(group)
  turn.isWeighed = true
  useContexts()
}

function rest(group: TaskGroup): void {
  group.isBusy = false
  busyGroups.splice(busyGroups.indexOf(group), 1)
}

function hasTasks(): boolean {
  return mainTasks.length > 0 || (turn.isWeighed && pendingTasks() > 0)
}

function executedTasks(): number {
  let sum = 0
  for (const { executed } of knownGroups) sum += executed
  return sum
}

function pendingTasks(): number {
  return busyGroups.reduce((sum, { tasks }) => sum + tasks.length, 0)
}

function noteScheduled(): void {
  if (turn.callbackDepth === 0 && !turn.isDraining && !turn.isDrainPending) drainInMicrotask()
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
  } else adaptClockReads(nowMs - turn.lastReadMs)
  turn.lastReadMs = nowMs
  turn.isSpent = nowMs > turn.deadlineMs
  turn.credit = turn.isSpent ? 0 : turn.tasksPerClockRead
  return turn.isSpent
}

/** @param elapsedMs - what the tasks between the last two reads took */
function adaptClockReads(elapsedMs: number): void {
  const { tasksPerClockRead, quotaMs } = turn
  turn.tasksPerClockRead =
    elapsedMs > quotaMs
      ? Math.max(1, Math.floor((tasksPerClockRead * quotaMs) / (2 * elapsedMs)))
      : Math.min(TASKS_PER_CLOCK_READ, tasksPerClockRead * 2)
}

/** A full quota for what comes now. */
function beginTurn(): void {
  turn.credit = turn.tasksPerClockRead
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
  beats[0]!++
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
