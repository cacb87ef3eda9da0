import type { Transferable } from 'node:worker_threads'
import { assertDelay, type Clock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { Future } from '../../future/future.ts'
import { assertSignal } from '../../future/signals.ts'
import { timeoutAsync } from '../../future/time/timeout.ts'
import { currentMesh, ownCore } from '../mesh/mesh-current.ts'
import type { Remote } from './remote.ts'
import { ServiceGroup } from './service-group.ts'

/** A core, and how long to wait for it. */
export interface SubmitOptions {
  /** Core id of a reactor; the supervisor's is the number of reactors. */
  readonly core: number
  /** Longest wait for the reply in milliseconds; without it there is no limit. What was begun is not undone. */
  readonly timeoutMs?: number
  /** Ends the wait with a failure; if it has fired before, nothing is called. */
  readonly signal?: AbortSignal
  /** Limits how many calls of its kind are under way. */
  readonly group?: ServiceGroup
  /** Longest wait in milliseconds for the group's limit. */
  readonly queueTimeoutMs?: number
  readonly clock?: Clock
  /**
   * What moves to the other core instead of being copied, and cannot be used here any more: buffers,
   * `MessagePort`s, streams, `FileHandle`s, that occur in the arguments. On the own core nothing moves.
   */
  readonly transfer?: readonly Transferable[]
}

const KNOWN = [
  'core',
  'timeoutMs',
  'signal',
  'group',
  'queueTimeoutMs',
  'clock',
  'transfer',
] as const

/**
 * Calls a remote function on a core.
 *
 * On the own core it is called at once, with the very arguments. To another core arguments and result
 * are copied: what JSON knows, and `undefined`, `bigint`, `Date` and `Uint8Array`, in an encoding of
 * our own; everything else that structured clone takes by it. Messages of one turn leave together;
 * calls from one core to another begin in the order in which they were submitted. A core that is
 * still starting is waited for.
 *
 * @param core - id of the core; or that and how long to wait
 * @returns fails with what the function fails with, as an instance of its class if that is registered
 *   with `registerErrorClasses`; with {@link ReactorGoneError} if the reactor has ended, or does before
 *   it answers; with {@link UnknownRemoteError}; with {@link MessageError} if arguments or result cannot
 *   be sent; with {@link LimitError} if too many calls wait for a reply; as the options say with
 *   {@link TimeoutError} or the signal's reason
 * @throws {OptionError} if `core` is not a core's id, `target` not a remote function, or an option wrong
 * @see seastar `smp::submit_to`
 */
export function submitTo<Args extends readonly unknown[], Result>(
  core: number | SubmitOptions,
  target: Remote<Args, Result>,
  ...args: Args
): Future<Awaited<Result>> {
  if (typeof core === 'number') return submit(core, target, args)
  checkOptions(core)
  const { timeoutMs = Number.POSITIVE_INFINITY, signal, clock } = core
  const work = (): Future<Awaited<Result>> => submitInGroup(core, target, args)
  if (timeoutMs === Number.POSITIVE_INFINITY && signal === undefined) return work()
  return timeoutAsync(work, timeoutMs, {
    what: `The call of "${target.name}"`,
    ...(signal === undefined ? undefined : { signal }),
    ...(clock === undefined ? undefined : { clock }),
  })
}

/**
 * Calls a remote function on a core and does not wait for its result, which saves the reply.
 *
 * What it fails with is reported there, as a failure nobody handles.
 *
 * @returns ready as soon as the message is in the ring: nearly always at once. Who waits for it before
 *   sending more cannot outrun the other core. Fails as `submitTo` does if it cannot be sent
 * @throws {OptionError} as `submitTo` does
 */
export function sendTo<Args extends readonly unknown[]>(
  core: number,
  target: Remote<Args>,
  ...args: Args
): Future<void> {
  const mesh = currentMesh()
  if (mesh !== undefined && core !== mesh.core) return mesh.send(core, idOf(target), args)
  assertOwnCore(core)
  assertTarget(target)
  // Not consumed: what it fails with is reported.
  void Future.try(() => target.run(...args))
  return Future.ready()
}

function submitInGroup<Args extends readonly unknown[], Result>(
  { core, group, queueTimeoutMs, clock, signal, transfer }: SubmitOptions,
  target: Remote<Args, Result>,
  args: Args,
): Future<Awaited<Result>> {
  const work = (): Future<Awaited<Result>> => submit(core, target, args, transfer)
  if (group === undefined || core === ownCore()) return work()
  return group.semaphoreFor(core).with(work, {
    ...(queueTimeoutMs === undefined ? undefined : { timeoutMs: queueTimeoutMs }),
    ...(clock === undefined ? undefined : { clock }),
    ...(signal === undefined ? undefined : { signal }),
  })
}

function submit<Args extends readonly unknown[], Result>(
  core: number,
  target: Remote<Args, Result>,
  args: Args,
  transfer?: readonly Transferable[],
): Future<Awaited<Result>> {
  const mesh = currentMesh()
  if (mesh !== undefined && core !== mesh.core) {
    return mesh.call(core, idOf(target), args, transfer) as Future<Awaited<Result>>
  }
  assertOwnCore(core)
  assertTarget(target)
  return Future.try(() => target.run(...args)) as Future<Awaited<Result>>
}

/** Other cores' ids are checked by the mesh. */
function assertOwnCore(core: number): void {
  if (core !== ownCore()) throw new OptionError('core', core, 'the id of a core: there is only 0')
}

/** A number stands for every remote function, so this is the whole check on the way to another core. */
function idOf(target: Remote): number {
  const id: unknown = target?.id
  if (typeof id !== 'number') assertTarget(target)
  return id as number
}

function assertTarget(target: Remote): void {
  if (typeof target?.run !== 'function' || typeof target.id !== 'number') {
    throw new OptionError('target', target, 'a remote function')
  }
}

function checkOptions(options: SubmitOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new OptionError('core', options, 'the id of a core, or options')
  }
  rejectUnknownOptions('submitTo options', options, KNOWN)
  const { timeoutMs, queueTimeoutMs, signal, group, transfer } = options
  if (timeoutMs !== undefined) assertDelay('timeoutMs', timeoutMs)
  if (queueTimeoutMs !== undefined) assertDelay('queueTimeoutMs', queueTimeoutMs)
  assertSignal('signal', signal)
  if (group !== undefined && !(group instanceof ServiceGroup)) {
    throw new OptionError('group', group, 'a ServiceGroup')
  }
  if (transfer !== undefined && !Array.isArray(transfer)) {
    throw new OptionError('transfer', transfer, 'an array of what is to be moved')
  }
}
