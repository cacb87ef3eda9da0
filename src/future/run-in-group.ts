import { OptionError } from '../core/errors.ts'
import { schedule } from '../core/run-queue.ts'
import { TaskGroup } from '../core/task-group.ts'
import { Deferred } from './deferred.ts'
import { consume, type Eventual, Future } from './future.ts'

/**
 * Starts `work` from the run queue, as a task of `group`; continuations that are attached in it, and
 * in those, are tasks of the group, too.
 *
 * The claim ends at a native `await`: what follows it is a microtask of the engine, which no group
 * can hold back. Loops of this package (`repeat`, `mapAsync`...) and chains keep it.
 *
 * @returns the outcome of `work`; continuations of it are the caller's and run in the caller's group
 * @throws {OptionError} if `group` is not a {@link TaskGroup} or `work` not a function
 * @see seastar `with_scheduling_group`
 */
export function runInGroup<T>(group: TaskGroup, work: () => Eventual<T>): Future<T> {
  if (!(group instanceof TaskGroup)) throw new OptionError('group', group, 'a TaskGroup')
  if (typeof work !== 'function') throw new OptionError('work', work, 'a function')
  const done = new Deferred<T>()
  const task = {
    run(): void {
      const result = Future.try(work)
      consume(result, {
        onSettled() {
          if (result.isReady) done.resolve(result.get())
          else done.reject(result.outcome)
        },
      })
    },
  }
  schedule(task, group)
  return done.future
}
