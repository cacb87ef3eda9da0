import { TaskGroup } from './task-group.ts'

/**
 * The group of requests, and of everything else that was started in no other group: timers, calls from
 * other cores, the program itself.
 *
 * Its tasks do not wait for their turn: they run within the callback that has caused them.
 */
export const mainGroup: TaskGroup = new TaskGroup('http')

/** Reading the answers of databases is counted here; what a handler does with them is the handler's. */
export const dbGroup: TaskGroup = new TaskGroup('db')

/** Work that nobody waits for: it gets what others leave, and a sixth of the time if they leave nothing. */
export const backgroundGroup: TaskGroup = new TaskGroup('background', { shares: 20 })

/** The groups that every thread has; `shares` of each may be changed. */
export interface BuiltInGroups {
  /**
   * Requests, and everything else that was started in no other group: timers, calls from other cores,
   * the program itself. 100 shares. Its tasks run within the callback that has caused them.
   */
  readonly http: TaskGroup
  /**
   * Reading and decoding the answers of databases, which are counted here; 100 shares. Continuations of
   * a query belong to the group of whoever attached them.
   */
  readonly db: TaskGroup
  /** Work that nobody waits for; 20 shares. */
  readonly background: TaskGroup
}

/** The groups that every thread has. */
export const taskGroups: BuiltInGroups = {
  http: mainGroup,
  db: dbGroup,
  background: backgroundGroup,
}
