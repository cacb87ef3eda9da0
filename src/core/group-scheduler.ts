import { noteGroup } from './async-context.ts'
import { backgroundGroup, dbGroup, mainGroup } from './built-in-groups.ts'
import type { TaskGroup, TaskGroupStats } from './task-group.ts'

const NOT_STARTED = Number.MIN_VALUE

/** So long after the last task of another group the main group is still weighed, as one that pauses is. */
const WEIGHED_AFTER_MS = 100

/** Other groups that have tasks; they run after input, in turn with the main group. */
const busyGroups: TaskGroup[] = []
const knownGroups = new Set<TaskGroup>([mainGroup, dbGroup, backgroundGroup])

interface GroupTurn {
  /** Whose task runs now; what it schedules is of the same group. */
  current: TaskGroup
  /** Another group has work, or had a moment ago: run times are measured and weighed. */
  areWeighed: boolean
  /** When another group had work last. */
  busyAtMs: number
  /** The main group has something urgent. */
  isUrgent: boolean
  /** Weighed run time of the group that ran last, which nobody who comes back from a pause may undercut. */
  virtualMs: number
  /** When the main group began to run, while its time is measured. */
  startedMs: number
  /** The main group has run since the other groups had their turn: it has work, if not now, then soon. */
  isMainActive: boolean
  /** The same of the turn before: whoever was active then has not paused. */
  wasMainActive: boolean
}

export const groups: GroupTurn = {
  current: mainGroup,
  areWeighed: false,
  busyAtMs: NOT_STARTED,
  isUrgent: false,
  virtualMs: 0,
  startedMs: NOT_STARTED,
  isMainActive: false,
  wasMainActive: false,
}

/** @returns the group of the task that is running now */
export function currentGroup(): TaskGroup {
  return groups.current
}

/** Calls `fn` at once, as if a task of `group` did: what it schedules and what follows from it is of that group. */
export function enterGroup<R>(group: TaskGroup, fn: () => R): R {
  const before = groups.current
  become(group)
  try {
    return fn()
  } finally {
    become(before)
  }
}

/** Continuations know their group only while one runs that they would not be in without. */
function become(group: TaskGroup): void {
  groups.current = group
  noteGroup(group !== mainGroup)
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
}

/** Has the group run for a slice; `runSlice` says whether the quota ended in it. */
export function runWeighed(group: TaskGroup, runSlice: (group: TaskGroup) => boolean): boolean {
  const startMs = performance.now()
  become(group)
  try {
    return runSlice(group)
  } finally {
    become(mainGroup)
    groups.busyAtMs = performance.now()
    group.charge(groups.busyAtMs - startMs)
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
  const nowMs = performance.now()
  groups.isMainActive = true
  mainGroup.charge(nowMs - groups.startedMs)
  groups.startedMs = NOT_STARTED
  if (busyGroups.length === 0 && nowMs - groups.busyAtMs > WEIGHED_AFTER_MS) stopWeighing()
}

/** A program whose other groups have nothing to do pays nothing for them. */
function stopWeighing(): void {
  groups.areWeighed = false
  groups.isMainActive = false
  groups.wasMainActive = false
}

/**
 * Counts a part of the running callback, which has taken `ms`, for `group`: input cannot wait for its
 * turn as tasks do, but whose time it takes is known.
 */
export function chargeInput(group: TaskGroup, ms: number): void {
  // Time that nobody else's was weighed against is no debt.
  if (groups.areWeighed) group.charge(ms)
  else group.runMs += ms
  if (groups.startedMs !== NOT_STARTED) groups.startedMs += ms
}
