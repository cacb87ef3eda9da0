import { afterInput } from './after-input.ts'
import { mainGroup } from './built-in-groups.ts'
import { debug, seededRandom } from './debug.ts'
import {
  areOthersBusy,
  endGroupTurn,
  executedTasks,
  groups,
  neediestGroup,
  pendingTasks,
  runWeighed,
  startMain,
  stopMain,
  wake,
} from './group-scheduler.ts'
import { beginTurn, isPastDeadline, quota } from './quota.ts'
import type { RingBuffer } from './ring-buffer.ts'
import type { Task } from './task.ts'
import type { TaskGroup } from './task-group.ts'

export { backgroundGroup, dbGroup, mainGroup } from './built-in-groups.ts'
export { chargeInput, currentGroup, enterGroup, taskGroupStats } from './group-scheduler.ts'
export { configureRunQueue, isQuotaSpent, type RunQueueOptions, readTaskQuota } from './quota.ts'
export type { Task } from './task.ts'

const IS_DEBUG = debug.enabled

const mainTasks = mainGroup.tasks
let endOfTurn: Task[] = []
/** Counts turns, so that another thread can tell progress from a stall. */
let beats: Int32Array = new Int32Array(1)

/** Fields of one object: they are faster to change than variables of a module. */
const turn = {
  callbackDepth: 0,
  isDraining: false,
  /** A microtask will drain the queue or, if the quota is used up, a later turn of the event loop. */
  isDrainPending: false,
  isContinuationPending: false,
  /** The quota was used up: the main group has to wait for that later turn. */
  isMainDeferred: false,
  isTickPending: false,
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
export function schedule(task: Task, group: TaskGroup = groups.current): void {
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
  groups.isUrgent = true
  noteScheduled()
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
  if (groups.areWeighed && !turn.isDraining) startMain()
}

/** Closes an I/O callback; the outermost one drains the run queue before it returns. */
export function leaveCallback(): void {
  if (--turn.callbackDepth > 0 || turn.isDraining) return
  beats[0]!++
  if (mainTasks.length > 0 || endOfTurn.length > 0) {
    beginTurn()
    runMain(true)
  }
  if (groups.areWeighed) stopMain()
}

/** Counts the turns of this thread in the first cell of `cells`, which may be shared with others. */
export function shareHeartbeat(cells: Int32Array): void {
  beats = cells
}

/** Counts a turn that is none of ours: whoever asks for it knows that the event loop turns. */
export function beat(): void {
  beats[0]!++
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
  return { executed: executedTasks(), pending: pendingTasks(), quotaMs: quota.quotaMs }
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
  if (turn.isDraining || turn.callbackDepth > 0) return
  if (groups.areWeighed) startMain()
  drain(isTurnOver)
  if (groups.areWeighed) stopMain()
}

/** Runs what is in the main group, unless somebody does that already, or is about to. */
function drain(isTurnOver: boolean): void {
  if (!turn.isDraining && turn.callbackDepth === 0) runMain(isTurnOver)
}

/** @param isTurnOver - whether to flush, too; not while microtasks of this turn may still add output */
function runMain(isTurnOver: boolean): void {
  turn.isDraining = true
  try {
    let isOverdue = false
    do {
      isOverdue = quota.isSpent || runSlice(mainGroup)
      if (isTurnOver && endOfTurn.length > 0) runEndOfTurn()
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
      isOverdue = runWeighed(group, runSlice)
    } while (!isOverdue)
    if (endOfTurn.length > 0) runEndOfTurn()
  } finally {
    turn.isDraining = false
    endGroupTurn()
    if (mainTasks.length > 0 || endOfTurn.length > 0) continueAfterInput()
    else if (areOthersBusy()) awaitInput()
  }
}

/** @returns true if the quota ended before the group's tasks did */
function runSlice(group: TaskGroup): boolean {
  const { tasks } = group
  while (tasks.length > 0) {
    const task = take(tasks)
    group.executed++
    task!.run()
    if (--quota.credit < 0 && isPastDeadline()) return true
  }
  return false
}

function take(tasks: RingBuffer<Task>): Task | undefined {
  return IS_DEBUG ? tasks.takeAt(Math.floor(random() * tasks.length)) : tasks.shift()
}

function noteScheduled(): void {
  if (turn.callbackDepth === 0 && !turn.isDraining && !turn.isDrainPending) drainInMicrotask()
}

function runEndOfTurn(): void {
  const flushes = endOfTurn
  endOfTurn = []
  for (const flush of flushes) flush.run()
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
  if (groups.areWeighed) drainGroups()
  else drain(true)
}

if (IS_DEBUG) {
  console.error(`FASTERAPI_DEBUG: run queue shuffled, repeat with FASTERAPI_SEED=${debug.seed}`)
}
