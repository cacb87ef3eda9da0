import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, it } from 'node:test'
import { AbortedError, LimitError, OptionError } from '../../src/core/errors.ts'
import { ManualClock } from '../../src/core/manual-clock.ts'
import { Future } from '../../src/future/index.ts'
import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitEvent,
  CircuitOpenError,
} from '../../src/resilience/index.ts'

const DOWN = new Error('down')

function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new ManualClock()
  const events: CircuitEvent[] = []
  const breaker = new CircuitBreaker({
    minCalls: 4,
    windowMs: 1000,
    openMs: 100,
    jitter: 0,
    clock,
    onStateChange: (event) => events.push(event),
    ...options,
  })
  return { breaker, clock, events }
}

async function fail(breaker: CircuitBreaker, times = 1): Promise<void> {
  for (let time = 0; time < times; time++) {
    await assert.rejects(async () => breaker.run(() => Future.failed(DOWN)), DOWN)
  }
}

async function succeed(breaker: CircuitBreaker, times = 1): Promise<void> {
  for (let time = 0; time < times; time++) assert.equal(await breaker.run(() => 1), 1)
}

async function refuses(breaker: CircuitBreaker): Promise<void> {
  await assert.rejects(async () => breaker.run(() => assert.fail('was called')), CircuitOpenError)
}

describe('CircuitBreaker', () => {
  it('gives back a ready outcome at once', () => {
    const outcome = setUp().breaker.run(() => Future.ready(7))
    assert.equal(outcome.isReady && outcome.get(), 7)
  })

  it('passes what work throws, and what a promise rejects with', async () => {
    const { breaker } = setUp()
    const thrown = breaker.run(() => {
      throw DOWN
    })
    await assert.rejects(async () => thrown, DOWN)
    await assert.rejects(async () => breaker.run(() => Promise.reject(DOWN)), DOWN)
    assert.equal(breaker.stats().failed, 2)
  })

  it('stays closed below minCalls, whatever fails', async () => {
    const { breaker } = setUp()
    await fail(breaker, 3)
    assert.equal(breaker.state, 'closed')
  })

  it('opens when the share of failures is reached', async () => {
    const { breaker, events } = setUp()
    await succeed(breaker, 2)
    await fail(breaker)
    assert.equal(breaker.state, 'closed')
    await fail(breaker)
    assert.equal(breaker.state, 'open')
    assert.deepEqual(events, [{ name: undefined, from: 'closed', to: 'open', openMs: 100 }])
  })

  it('stays closed while the share is smaller', async () => {
    const { breaker } = setUp()
    await succeed(breaker, 6)
    await fail(breaker, 5)
    assert.equal(breaker.state, 'closed')
  })

  it('forgets what is older than its window', async () => {
    const { breaker, clock } = setUp()
    await fail(breaker, 3)
    clock.advance(1100)
    await fail(breaker)
    assert.deepEqual(breaker.stats().window, { calls: 1, failures: 1, slow: 0 })
    assert.equal(breaker.state, 'closed')
  })

  it('keeps what is within its window', async () => {
    const { breaker, clock } = setUp()
    await fail(breaker, 3)
    clock.advance(850)
    await fail(breaker)
    assert.equal(breaker.state, 'open')
  })

  it('does not call while it is open, and says for how long', async () => {
    const { breaker, clock } = setUp({ name: 'stock' })
    await fail(breaker, 4)
    clock.advance(40)
    await assert.rejects(async () => breaker.run(() => assert.fail('was called')), {
      code: 'RESILIENCE_CIRCUIT_OPEN',
      message: 'The circuit "stock" is open: calls are tried again in 60 ms',
      retryAfterMs: 60,
    })
    assert.equal(breaker.stats().refused, 1)
  })

  it('closes when its trial call succeeds', async () => {
    const { breaker, clock, events } = setUp()
    await fail(breaker, 4)
    clock.advance(100)
    assert.equal(breaker.state, 'half-open')
    await succeed(breaker)
    assert.equal(breaker.state, 'closed')
    assert.deepEqual(
      events.map(({ to }) => to),
      ['open', 'half-open', 'closed'],
    )
    assert.equal(breaker.stats().window.calls, 0)
  })

  it('opens for twice as long when its trial call fails, up to maxOpenMs', async () => {
    const { breaker, clock, events } = setUp({ maxOpenMs: 300 })
    await fail(breaker, 4)
    for (let relapse = 0; relapse < 3; relapse++) {
      clock.advance(300)
      await fail(breaker)
    }
    const pauses = events.filter(({ to }) => to === 'open').map(({ openMs }) => openMs)
    assert.deepEqual(pauses, [100, 200, 300, 300])
    clock.advance(300)
    await succeed(breaker)
    await fail(breaker, 4)
    assert.equal(events.at(-1)?.openMs, 100)
  })

  it('makes so many trial calls at a time and no more, and waits for all of them', async () => {
    const { breaker, clock } = setUp({ trialCalls: 2 })
    await fail(breaker, 4)
    clock.advance(100)
    const first = Future.withResolvers<number>()
    const second = Future.withResolvers<number>()
    const trials = [breaker.run(() => first.future), breaker.run(() => second.future)]
    await refuses(breaker)
    first.resolve(1)
    await trials[0]
    assert.equal(breaker.state, 'half-open')
    second.resolve(2)
    await trials[1]
    assert.equal(breaker.state, 'closed')
  })

  it('makes another trial call in place of one whose outcome says nothing', async () => {
    const { breaker, clock } = setUp()
    await fail(breaker, 4)
    clock.advance(100)
    const aborted = breaker.run(() => Future.failed(new AbortedError()))
    await assert.rejects(async () => aborted, AbortedError)
    assert.equal(breaker.state, 'half-open')
    await succeed(breaker)
    assert.equal(breaker.state, 'closed')
  })

  it('does not count outcomes of calls that began before it opened', async () => {
    const { breaker, clock } = setUp()
    const late = Future.withResolvers<number>()
    const call = breaker.run(() => late.future)
    await fail(breaker, 4)
    clock.advance(100)
    assert.equal(breaker.state, 'half-open')
    const trial = Future.withResolvers<number>()
    const tried = breaker.run(() => trial.future)
    late.resolve(1)
    await call
    assert.equal(breaker.state, 'half-open')
    trial.resolve(1)
    await tried
    assert.equal(breaker.state, 'closed')
  })

  it('does not count what the caller did himself', async () => {
    const { breaker } = setUp()
    for (const reason of [
      new AbortedError(),
      new LimitError('It', 1),
      new CircuitOpenError('It', 1),
    ]) {
      for (let time = 0; time < 4; time++) {
        await assert.rejects(async () => breaker.run(() => Future.failed(reason)))
      }
    }
    assert.deepEqual(breaker.stats().window, { calls: 0, failures: 0, slow: 0 })
  })

  it('asks isFailure and isFailedResult', async () => {
    const { breaker } = setUp({
      isFailure: (reason) => reason !== DOWN,
      isFailedResult: (value: number) => value >= 500,
    })
    await fail(breaker, 4)
    assert.equal(breaker.state, 'closed')
    for (let time = 0; time < 4; time++) await breaker.run(() => Future.ready(503))
    assert.equal(breaker.state, 'open')
  })

  it('opens when calls are slow', async () => {
    const { breaker, clock } = setUp({ slowCallMs: 50, slowRatio: 0.5 })
    await succeed(breaker, 2)
    for (let time = 0; time < 2; time++) {
      const slow = Future.withResolvers<number>()
      const call = breaker.run(() => slow.future)
      clock.advance(50)
      slow.resolve(1)
      await call
    }
    assert.equal(breaker.state, 'open')
  })

  it('lengthens its pause by up to the jitter', async () => {
    const { breaker, events } = setUp({ jitter: 0.5, random: () => 0.5 })
    await fail(breaker, 4)
    assert.equal(events[0]?.openMs, 125)
  })

  it('opens and closes by hand', async () => {
    const { breaker } = setUp()
    breaker.trip()
    await refuses(breaker)
    breaker.reset()
    await succeed(breaker)
    assert.equal(breaker.stats().opened, 1)
  })

  it('publishes its changes of state', async () => {
    const seen: unknown[] = []
    const listener = (event: unknown): number => seen.push(event)
    subscribe('fasterapi:resilience:circuit', listener)
    const { breaker } = setUp({ name: 'seen' })
    breaker.trip()
    unsubscribe('fasterapi:resilience:circuit', listener)
    assert.deepEqual(seen, [{ name: 'seen', from: 'closed', to: 'open', openMs: 100 }])
  })

  const WRONG: readonly CircuitBreakerOptions[] = [
    { failureRatio: 0 },
    { failureRatio: 1.1 },
    { minCalls: 0 },
    { windowMs: 1 },
    { openMs: 10, maxOpenMs: 5 },
    { jitter: -1 },
    { trialCalls: 1.5 },
    { isFailure: 1 as never },
    { name: 7 as never },
    { unknown: 1 } as never,
  ]
  for (const options of WRONG) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => new CircuitBreaker(options), OptionError)
    })
  }
})
