import { debug } from '../../core/debug.ts'
import { OptionError } from '../../core/errors.ts'
import { type PendingCreation, pendingCreations } from './creation-sites.ts'

/** Pending futures that were created at one place. */
export interface PendingSite {
  readonly count: number
  /** Age of the oldest of them, in milliseconds. */
  readonly oldestMs: number
  /** What created them: `Future.then`, `sleep`, `new Deferred`. */
  readonly createdBy: string
  /** The stack of the place, one frame a line, innermost first. */
  readonly createdAt: string
}

/** The pending futures of a thread. */
export interface FuturesDump {
  readonly pending: number
  /** Age of the oldest, in milliseconds; 0 if there is none. */
  readonly oldestMs: number
  /** By place of creation, the one with the oldest first. */
  readonly sites: readonly PendingSite[]
}

/**
 * The futures of this thread that are pending now, by place of creation: what a program that hangs
 * or leaks is waiting for.
 *
 * Counts what can still be reached: a future that nobody can settle any more vanishes with the next
 * garbage collection.
 *
 * @throws {OptionError} outside of debug mode, where nobody keeps count
 * @see {@link formatFuturesDump} for people
 */
export function dumpFutures(): FuturesDump {
  if (!debug.enabled) throw new OptionError('FASTERAPI_DEBUG', '0', '1 for dumpFutures()')
  const pending = pendingCreations()
  const sites = Array.from(
    Map.groupBy(pending, ({ site }) => `${site.by}\n${site.frames}`).values(),
    toSite,
  ).toSorted((a, b) => b.oldestMs - a.oldestMs)
  return { pending: pending.length, oldestMs: sites[0]?.oldestMs ?? 0, sites }
}

function toSite(group: PendingCreation[]): PendingSite {
  const [first] = group
  return {
    count: group.length,
    oldestMs: Math.max(...group.map(({ ageMs }) => ageMs)),
    createdBy: first?.site.by ?? '',
    createdAt: first?.site.frames ?? '',
  }
}

/** @returns a dump as text, with the first frame of each place unless `frames` asks for more */
export function formatFuturesDump(dump: FuturesDump, frames = 1): string {
  const lines = [`${dump.pending} pending, the oldest for ${dump.oldestMs.toFixed(0)} ms`]
  for (const { count, oldestMs, createdBy, createdAt } of dump.sites) {
    lines.push(`${count} x ${createdBy}, the oldest for ${oldestMs.toFixed(0)} ms`)
    lines.push(...createdAt.split('\n').slice(0, frames))
  }
  return lines.join('\n')
}
