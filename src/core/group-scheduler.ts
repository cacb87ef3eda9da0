import { useContexts } from './async-context.ts'
import { TaskGroup, type TaskGroupStats } from './task-group.ts'

const NOT_STARTED = Number.MIN_VALUE

/** The group of everything that was started in no other: request handlers, timers, the program itself. */
export const mainGroup: TaskGroup = new TaskGroup('main')

/** Other groups that have tasks; they run after input, in turn with the main group. */
const busyGroups: TaskGroup[] = []
const knownGroups = new Set<TaskGroup>([mainGroup])

export const groups = {
  /** Whose task runs now; what it schedules is of the same group. */
  current: mainGroup,
  /** There is more than the main group: run times are measured and weighed. */
  areWeighed: false,
  /** The main group has something urgent. */
  isUrgent: false,
  /** Weighed run time of the group that ran last, which nobody who comes back from a pause may undercut. */
  virtualMs: 0,
  /** When the main group began to run, while its time is measured. */
  startedMs: NOT_STARTED,
  /** The main group has run since the other groups had their turn: it has work, if not now, then soon. */
  isMainActive: false,
  /** The same of the turn before: whoever was active then has not paused. */
  wasMainActive: false,
}

/** @returns the group of the task that is running now */
export function currentGroup(): TaskGroup {
  return groups.current
}

/** Calls `fn` at once, as if a task of `group` did: what it schedules and what follows from it is of that group. */
export function enterGroup<R>(group: TaskGroup, fn: () => R): R {
  const before = groups.current
  groups.current = group
  try {
    return fn()
  } finally {
    groups.current = before
  }
}

/** @returns what each group of this thread has done, the main group first */
export function taskGroupStats(): TaskGroupStats[] {
  return [...knownGroups].map((group) => group.stats())
}

/** @returns whether a group other than the main one has tasks */
export function areOthersBusy(): boolean {
  return busyGroups.length > 0
}

export function executedTasks(): number {
  let sum = 0
  for (const { executed } of knownGroups) sum += executed
  return sum
}

export function pendingTasks(): number {
  return busyGroups.reduce((sum, { tasks }) => sum + tasks.length, mainGroup.tasks.length)
}

/**
 * Of the groups with tasks the one that has had the least of what its shares entitle it to;
 * `undefined` if that is the main group, which has run just now and waits for input.
 */
export function neediestGroup(): TaskGroup | undefined {
  const hasMainTasks = mainGroup.tasks.length > 0
  if (groups.isUrgent && hasMainTasks) {
    groups.isUrgent = false
    return mainGroup
  }
  let neediest = hasMainTasks || groups.isMainActive ? mainGroup : undefined
  for (const group of busyGroups) {
    if (neediest === undefined || group.virtualMs < neediest.virtualMs) neediest = group
  }
  return neediest === mainGroup && !hasMainTasks ? undefined : neediest
}

/** A group gets tasks after a pause: it does not get the time it did not ask for meanwhile. */
export function wake(group: TaskGroup): void {
  catchUp(group)
  group.isBusy = true
  busyGroups.push(group)
  knownGroups.add(group)
  groups.areWeighed = true
  useContexts()
}

/** Has the group run for a slice; `runSlice` says whether the quota ended in it. */
export function runWeighed(group: TaskGroup, runSlice: (group: TaskGroup) => boolean): boolean {
  const startMs = performance.now()
  groups.current = group
  try {
    return runSlice(group)
  } finally {
    groups.current = mainGroup
    group.charge(performance.now() - startMs)
    groups.virtualMs = group.virtualMs
    if (group.isBusy && group.tasks.length === 0) rest(group)
  }
}

/** The other groups have had their turn. */
export function endGroupTurn(): void {
  groups.wasMainActive = groups.isMainActive
  groups.isMainActive = false
}

function rest(group: TaskGroup): void {
  group.isBusy = false
  busyGroups.splice(busyGroups.indexOf(group), 1)
}

function catchUp(group: TaskGroup): void {
  let floorMs = groups.isMainActive ? mainGroup.virtualMs : Number.POSITIVE_INFINITY
  for (const { virtualMs } of busyGroups) floorMs = Math.min(floorMs, virtualMs)
  if (floorMs === Number.POSITIVE_INFINITY) floorMs = groups.virtualMs
  group.virtualMs = Math.max(group.virtualMs, floorMs)
}

/** Callbacks count for the main group, with all they run within them. */
export function startMain(): void {
  if (groups.startedMs === NOT_STARTED) groups.startedMs = performance.now()
}

export function stopMain(): void {
  if (groups.startedMs === NOT_STARTED) return
  if (!groups.isMainActive && !groups.wasMainActive) catchUp(mainGroup)
  groups.isMainActive = true
  mainGroup.charge(performance.now() - groups.startedMs)
  groups.startedMs = NOT_STARTED
}
