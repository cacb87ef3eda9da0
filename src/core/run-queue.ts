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

/** Other groups that have tasks; they run after input, in turn with the main group. */
const busyGroups: TaskGroup[] = []
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
  /** When the main group began to run, while its time is measured. */
  startedMs: NOT_STARTED,
  /** The main group has run since the other groups had their turn: it has work, if not now, then soon. */
  isMainActive: false,
  /** The same of the turn before: whoever was active then has not paused. */
  wasMainActive: false,
  /** The main group has something urgent. */
  isUrgent: false,
  quotaMs: readTaskQuota(environment),
  callbackDepth: 0,
  isDraining: false,
  /** A microtask will drain the queue or, if the quota is used up, a later turn of the event loop. */
  isDrainPending: false,
  isContinuationPending: false,
  /** The quota was used up: the main group has to wait for that later turn. */
  isMainDeferred: false,
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
 * In the main group: within one of our I/O callbacks before that callback returns, elsewhere in one
 * microtask. In other groups: after input, when the group has its turn.
 *
 * @param group - the group of the task that is running now, by default
 */
export function schedule(task: Task, group: TaskGroup = turn.group): void {
  if (group === mainGroup) return scheduleInMain(task)
  if (!group.isBusy) wake(group)
  group.tasks.push(task)
  awaitInput()
}

/** Runs `task` after everything scheduled before it in the main group, whatever group runs now. */
export function scheduleInMain(task: Task): void {
  mainTasks.push(task)
  noteScheduled()
}

/** Runs `task` in the main group before everything that is scheduled, in whatever group. */
export function scheduleUrgent(task: Task): void {
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
  if (turn.isWeighed) startMain()
}

/** Closes an I/O callback; the outermost one drains the run queue before it returns. */
export function leaveCallback(): void {
  if (--turn.callbackDepth > 0 || turn.isDraining) return
  beats[0]!++
  if (endOfTurn.length > 0 || mainTasks.length > 0) {
    beginTurn()
    drain(true)
  }
  if (turn.isWeighed) stopMain()
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
  if (turn.isMainDeferred) return
  turn.isDrainPending = false
  drainMeasured(!turn.isTickPending)
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
  drainMeasured(true)
}

function drainMeasured(isTurnOver: boolean): void {
  if (turn.isWeighed) startMain()
  drain(isTurnOver)
  if (turn.isWeighed) stopMain()
}

/**
 * Runs what is in the main group.
 *
 * @param isTurnOver - whether to flush, too; not while microtasks of this turn may still add output
 */
function drain(isTurnOver: boolean): void {
  if (turn.isDraining || turn.callbackDepth > 0) return
  turn.isDraining = true
  try {
    let isOverdue = false
    do {
      isOverdue = turn.isSpent || runSlice(mainGroup)
      if (isTurnOver) runEndOfTurn()
    } while (!isOverdue && mainTasks.length > 0)
  } finally {
    turn.isDraining = false
    // Left over: the quota has ended, or a task has thrown, which must not take the rest with it.
    if (mainTasks.length > 0 || (isTurnOver && endOfTurn.length > 0)) continueAfterInput()
  }
}

/** Runs what is in any group, as long as the quota lasts. */
function drainGroups(): void {
  if (turn.isDraining || turn.callbackDepth > 0) return
  turn.isDraining = true
  try {
    let isOverdue = false
    do {
      const group = neediestGroup()
      if (group === undefined) break
      isOverdue = runWeighed(group)
    } while (!isOverdue)
    runEndOfTurn()
  } finally {
    turn.isDraining = false
    turn.wasMainActive = turn.isMainActive
    turn.isMainActive = false
    if (mainTasks.length > 0 || endOfTurn.length > 0) continueAfterInput()
    else if (busyGroups.length > 0) awaitInput()
  }
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
    if (group.isBusy && group.tasks.length === 0) rest(group)
  }
}

/**
 * Of the groups with tasks the one that has had the least of what its shares entitle it to;
 * `undefined` if that is the main group, which has run just now and waits for input.
 */
function neediestGroup(): TaskGroup | undefined {
  const hasMainTasks = mainTasks.length > 0
  if (turn.isUrgent && hasMainTasks) {
    turn.isUrgent = false
    return mainGroup
  }
  let neediest = hasMainTasks || turn.isMainActive ? mainGroup : undefined
  for (const group of busyGroups) {
    if (neediest === undefined || group.virtualMs < neediest.virtualMs) neediest = group
  }
  return neediest === mainGroup && !hasMainTasks ? undefined : neediest
}

/** A group gets tasks after a pause: it does not get the time it did not ask for meanwhile. */
function wake(group: TaskGroup): void {
  catchUp(group)
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

function catchUp(group: TaskGroup): void {
  let floorMs = turn.isMainActive ? mainGroup.virtualMs : Number.POSITIVE_INFINITY
  for (const { virtualMs } of busyGroups) floorMs = Math.min(floorMs, virtualMs)
  if (floorMs === Number.POSITIVE_INFINITY) floorMs = turn.virtualMs
  group.virtualMs = Math.max(group.virtualMs, floorMs)
}

/** Callbacks count for the main group, with all they run within them. */
function startMain(): void {
  if (turn.startedMs === NOT_STARTED && !turn.isDraining) turn.startedMs = performance.now()
}

function stopMain(): void {
  if (turn.startedMs === NOT_STARTED || turn.callbackDepth > 0 || turn.isDraining) return
  if (!turn.isMainActive && !turn.wasMainActive) catchUp(mainGroup)
  turn.isMainActive = true
  mainGroup.charge(performance.now() - turn.startedMs)
  turn.startedMs = NOT_STARTED
}

function executedTasks(): number {
  let sum = 0
  for (const { executed } of knownGroups) sum += executed
  return sum
}

function pendingTasks(): number {
  return busyGroups.reduce((sum, { tasks }) => sum + tasks.length, mainTasks.length)
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
  turn.isMainDeferred = true
  awaitInput()
}

function awaitInput(): void {
  if (turn.isContinuationPending) return
  turn.isContinuationPending = true
  afterInput(onContinuation)
}

function onContinuation(): void {
  beats[0]!++
  turn.isContinuationPending = false
  turn.isMainDeferred = false
  turn.isDrainPending = false
  beginTurn()
  if (turn.isWeighed) drainGroups()
  else drain(true)
}

function afterInput(callback: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(callback)
  else setTimeout(callback, 0)
}

if (IS_DEBUG) {
  console.error(`FASTERAPI_DEBUG: run queue shuffled, repeat with FASTERAPI_SEED=${debug.seed}`)
}
