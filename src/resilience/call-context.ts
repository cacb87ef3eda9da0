import { AsyncLocalStorage } from 'node:async_hooks'
import { OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import type { TraceContext } from '../core/trace-context.ts'
import { assertSignal } from '../future/signals.ts'
import { Deadline } from './deadline.ts'

/** What work hands down to the calls it makes. */
export interface CallContext {
  /** Fires when nobody needs the work any more. */
  readonly signal?: AbortSignal
  /** When the work has to be done. */
  readonly deadline?: Deadline
  /** The work's place in its trace; calls are its children. */
  readonly trace?: TraceContext
}

const storage = new AsyncLocalStorage<CallContext>()

/**
 * Runs `work` so that all calls it makes, however deep, see `context`.
 *
 * What `context` leaves out stays as it is around it; signals add up, and of two deadlines the earlier
 * counts. From the first use on, every continuation of a pending future keeps its context, for about
 * 30 ns each; programs that never call this pay nothing.
 *
 * @throws {OptionError} if the context has unknown or wrong parts; what `work` throws
 */
export function withCallContext<T>(context: CallContext, work: () => T): T {
  rejectUnknownOptions('call context', context, ['signal', 'deadline', 'trace'])
  assertSignal('signal', context.signal)
  if (context.deadline !== undefined && !(context.deadline instanceof Deadline)) {
    throw new OptionError('deadline', context.deadline, 'a Deadline')
  }
  return storage.run(merge(storage.getStore(), context), work)
}

/** @returns what {@link withCallContext} around this code has said; `undefined` outside of any */
export function currentCallContext(): CallContext | undefined {
  return storage.getStore()
}

function merge(outer: CallContext | undefined, inner: CallContext): CallContext {
  if (outer === undefined) return inner
  const signals = [outer.signal, inner.signal].filter((signal) => signal !== undefined)
  const deadline = Deadline.earlier(outer.deadline, inner.deadline)
  const trace = inner.trace ?? outer.trace
  const [signal] = signals
  return {
    ...(signal === undefined
      ? undefined
      : { signal: signals.length === 1 ? signal : AbortSignal.any(signals) }),
    ...(deadline === undefined ? undefined : { deadline }),
    ...(trace === undefined ? undefined : { trace }),
  }
}
