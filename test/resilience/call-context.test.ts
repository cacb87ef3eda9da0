import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OptionError } from '../../src/core/errors.ts'
import { startTrace } from '../../src/core/trace-context.ts'
import { Future, sleep } from '../../src/future/index.ts'
import { currentCallContext, Deadline, withCallContext } from '../../src/resilience/index.ts'

describe('withCallContext', () => {
  it('is seen by the work and its continuations, and not outside', async () => {
    const trace = startTrace()
    const seen = await withCallContext({ trace }, () =>
      sleep(1).then(() => currentCallContext()?.trace),
    )
    assert.equal(seen, trace)
    assert.equal(currentCallContext(), undefined)
  })

  it('keeps two requests apart, in both styles', async () => {
    const traces = [startTrace(), startTrace()]
    const chains = traces.map((trace) =>
      withCallContext({ trace }, () =>
        Future.try(() => sleep(1)).then(() => currentCallContext()?.trace),
      ),
    )
    const asyncs = traces.map((trace) =>
      withCallContext({ trace }, async () => {
        await sleep(1)
        return currentCallContext()?.trace
      }),
    )
    assert.deepEqual(await Promise.all([...chains, ...asyncs]), [...traces, ...traces])
  })

  it('adds up signals, and takes the earlier deadline', () => {
    const outer = new AbortController()
    const inner = new AbortController()
    const near = Deadline.after(10)
    const context = withCallContext({ signal: outer.signal, deadline: near }, () =>
      withCallContext(
        { signal: inner.signal, deadline: Deadline.after(10_000) },
        currentCallContext,
      ),
    )
    assert.equal(context?.deadline, near)
    outer.abort()
    assert.equal(context?.signal?.aborted, true)
  })

  it('refuses what is no context', () => {
    assert.throws(() => withCallContext({ timeout: 1 } as never, () => 1), OptionError)
    assert.throws(() => withCallContext({ deadline: 5 } as never, () => 1), OptionError)
  })
})
