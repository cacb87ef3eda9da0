import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import { debug } from '../../../src/core/debug.ts'
import {
  AbortedError,
  Deferred,
  Future,
  ManualClock,
  OptionError,
  Pipeline,
  PipelineError,
  RetriesExhaustedError,
  runQueueStats,
  type StageContext,
  type StageEvent,
  sleep,
  TimeoutError,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

/** Lets everything that is scheduled run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** What a future fails with. */
async function failureOf(future: Future<unknown>): Promise<unknown> {
  return future.then(
    () => assert.fail('it did not fail'),
    (reason) => reason,
  )
}

function untilAborted({ signal }: StageContext): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

describe('Pipeline', () => {
  it('passes a value through synchronous, asynchronous and future-returning stages', async () => {
    const price = new Pipeline<string>()
      .stage('parse', Number)
      .stage('double', async (value) => value * 2)
      .stage('half', (value) => sleep(0).then(() => value / 2))
      .stage('text', (value) => Future.ready(`${value} EUR`))
    assert.equal(await price.execute('21'), '21 EUR')
    assert.equal(await price.execute('4'), '4 EUR')
  })

  it('is ready at once and schedules nothing when every stage is', () => {
    let counting = new Pipeline<number>()
    for (let stage = 0; stage < 5; stage++) {
      counting = counting.stage(`add ${stage}`, (value) =>
        stage % 2 === 0 ? value + 1 : Future.ready(value + 1),
      )
    }
    const before = runQueueStats()
    assert.equal(counting.execute(0).get(), 5)
    assert.deepEqual(runQueueStats(), before)
  })

  it('gives the input when there are no stages', () => {
    assert.equal(new Pipeline<number>().execute(7).get(), 7)
  })

  it('waits for an input that is not there yet, and fails with its failure as it is', async () => {
    const double = new Pipeline<number>().stage('double', (value) => value * 2)
    assert.equal(await double.execute(Promise.resolve(4)), 8)
    assert.equal(await double.execute(Future.ready(4)), 8)
    assert.equal(await failureOf(double.execute(Promise.reject(boom))), boom)
    assert.equal(await failureOf(double.execute(Future.failed(boom))), boom)
    assert.equal(double.stats()[0]?.count, 2)
  })

  it('leaves the pipeline it is built on as it was', () => {
    const one = new Pipeline<number>().stage('one', (value) => value + 1)
    const two = one.stage('two', (value) => value + 2)
    const other = one.stage('other', (value) => value * 10)
    assert.deepEqual(
      [one.execute(0).get(), two.execute(0).get(), other.execute(0).get()],
      [1, 3, 10],
    )
    assert.deepEqual([one.stages, two.stages], [['one'], ['one', 'two']])
  })

  it('tells a stage its name, its place, the attempt and a signal', async () => {
    const seen: [string, number, number, boolean][] = []
    const look = (value: number, { stage, index, attempt, signal }: StageContext): number => {
      seen.push([stage, index, attempt, signal.aborted])
      return value
    }
    const looking = new Pipeline<number>().stage('a', look).stage('b', look)
    await looking.execute(1)
    await looking.execute(1, { signal: new AbortController().signal })
    assert.deepEqual(seen.slice(0, 2), [
      ['a', 0, 1, false],
      ['b', 1, 1, false],
    ])
    assert.deepEqual(seen.slice(2), seen.slice(0, 2))
  })

  it('keeps the async context of the caller of execute in every stage', async () => {
    const storage = new AsyncLocalStorage<string>()
    const gate = new Deferred<void>()
    const reading = new Pipeline<number>()
      .stage('wait', () => gate.future)
      .stage('read', () => storage.getStore())
    const reads = ['a', 'b'].map((name) => storage.run(name, () => reading.execute(1)))
    storage.run('resolver', () => gate.resolve())
    assert.deepEqual([await reads[0], await reads[1]], ['a', 'b'])
  })

  describe('failures', () => {
    it('name the stage and its place, and keep the failure as the cause', async () => {
      const thrown = new Pipeline<number>()
        .stage('fine', (value) => value)
        .stage('bad', () => {
          throw boom
        })
        .stage('never', () => assert.fail('it ran behind a failure'))
      const rejected = new Pipeline<number>().stage('bad', () => Promise.reject(boom))
      const failed = new Pipeline<number>().stage('bad', () => Future.failed(boom))
      for (const [pipeline, index] of [
        [thrown, 1],
        [rejected, 0],
        [failed, 0],
      ] as const) {
        const error = await failureOf(pipeline.execute(1))
        assert.ok(error instanceof PipelineError)
        assert.deepEqual([error.stage, error.index, error.branch], ['bad', index, undefined])
        assert.equal(error.cause, boom)
        assert.equal(error.code, 'FUTURE_PIPELINE_STAGE')
        assert.equal(error.message, 'Stage "bad" failed with "boom"')
      }
    })

    it('of a pipeline within a stage keep both names', async () => {
      const inner = new Pipeline<number>().stage('inner', () => Promise.reject(boom))
      const outer = new Pipeline<number>().stage('outer', (value, { signal }) =>
        inner.execute(value, { signal }),
      )
      const error = await failureOf(outer.execute(1))
      assert.ok(error instanceof PipelineError && error.cause instanceof PipelineError)
      assert.deepEqual(
        [error.stage, error.cause.stage, error.cause.cause],
        ['outer', 'inner', boom],
      )
    })
  })

  describe('parallel', () => {
    it('gives every branch the same value and goes on with a record of the results', async () => {
      const enriched = new Pipeline<number>()
        .parallel('enrich', {
          plain: (id) => id + 1,
          promise: async (id) => `user ${id}`,
          future: (id) => sleep(0).then(() => [id]),
        })
        .stage('text', ({ plain, promise, future }) => `${plain} ${promise} ${future[0]}`)
      assert.equal(await enriched.execute(1), '2 user 1 1')
    })

    it('is ready at once when all branches are', { skip: debug.enabled }, () => {
      const both = new Pipeline<number>().parallel('both', { a: (n) => n + 1, b: (n) => n + 2 })
      assert.deepEqual(both.execute(0).get(), { a: 1, b: 2 })
    })

    it('names the branch that failed, and stops the others', async () => {
      let stopped: unknown
      const enriched = new Pipeline<number>()
        .stage('first', (n) => n)
        .parallel('enrich', {
          slow: (_, context) =>
            untilAborted(context).catch((reason) => {
              stopped = reason
            }),
          bad: () => Promise.reject(boom),
        })
      const error = await failureOf(enriched.execute(1))
      assert.ok(error instanceof PipelineError)
      assert.deepEqual([error.stage, error.index, error.branch], ['enrich', 1, 'bad'])
      assert.equal(error.cause, boom)
      assert.equal(error.message, 'Stage "enrich", branch "bad", failed with "boom"')
      await settle()
      assert.ok(stopped instanceof Error)
    })

    it('passes the signal of the execution to the branches', async () => {
      const controller = new AbortController()
      const stopped: string[] = []
      const wait = (name: string) => (_: number, context: StageContext) =>
        untilAborted(context).catch(() => stopped.push(name))
      const waiting = new Pipeline<number>().parallel('wait', { a: wait('a'), b: wait('b') })
      const failure = failureOf(waiting.execute(1, { signal: controller.signal }))
      controller.abort()
      assert.ok((await failure) instanceof AbortedError)
      await settle()
      assert.deepEqual(stopped, ['a', 'b'])
    })

    it('keeps the name of the branch below the error of a retry', async () => {
      const retried = new Pipeline<number>().parallel(
        'enrich',
        { bad: () => Promise.reject(boom) },
        { retry: { attempts: 2, baseMs: 0 } },
      )
      const error = await failureOf(retried.execute(1))
      assert.ok(error instanceof PipelineError && error.cause instanceof RetriesExhaustedError)
      assert.ok(error.cause.cause instanceof PipelineError)
      assert.equal(error.cause.cause.branch, 'bad')
    })
  })

  describe('tap', () => {
    it('looks at the value, waits, and passes it on', async () => {
      const seen: number[] = []
      const looking = new Pipeline<number>()
        .tap('look', (value) => void seen.push(value))
        .tap('wait', (value) => sleep(0).then(() => void seen.push(value + 1)))
      assert.equal(await looking.execute(1), 1)
      assert.deepEqual(seen, [1, 2])
    })

    it('fails the execution when it fails', async () => {
      const looking = new Pipeline<number>().tap('look', () => {
        throw boom
      })
      const error = await failureOf(looking.execute(1))
      assert.ok(error instanceof PipelineError)
      assert.deepEqual([error.stage, error.cause], ['look', boom])
    })
  })

  describe('pipe', () => {
    it('adds the stages of another pipeline, with their places in the whole', async () => {
      const parse = new Pipeline<string>().stage('parse', Number)
      const check = new Pipeline<number>().stage('check', (value) => {
        if (value < 0) throw boom
        return value
      })
      const whole = parse.pipe(check)
      assert.deepEqual(whole.stages, ['parse', 'check'])
      assert.equal(await whole.execute('3'), 3)
      const error = await failureOf(whole.execute('-3'))
      assert.ok(error instanceof PipelineError)
      assert.equal(error.index, 1)
    })

    it('shares the places of a stage, but not the numbers', async () => {
      const gate = new Deferred<void>()
      const slow = new Pipeline<number>().stage('slow', () => gate.future, { concurrency: 1 })
      const left = new Pipeline<number>().stage('left', (value) => value).pipe(slow)
      const first = slow.execute(1)
      const second = left.execute(2)
      await settle()
      assert.equal(left.stats()[1]?.inFlight, 1)
      assert.equal(slow.stats()[0]?.inFlight, 1)
      gate.resolve()
      await first
      await second
      assert.deepEqual([slow.stats()[0]?.count, left.stats()[1]?.count], [1, 1])
    })
  })

  describe('options of a stage', () => {
    it('retry the stage alone, and tell the attempt', async () => {
      const attempts: number[] = []
      let parsed = 0
      const flaky = new Pipeline<number>()
        .stage('parse', (value) => {
          parsed++
          return value
        })
        .stage(
          'call',
          (value, { attempt }) => {
            attempts.push(attempt)
            if (attempt < 3) throw boom
            return value * 2
          },
          { retry: { attempts: 5, baseMs: 0 } },
        )
      assert.equal(await flaky.execute(4), 8)
      assert.deepEqual([parsed, attempts], [1, [1, 2, 3]])
    })

    it('fail a stage that exceeds its time, and fire its signal', async () => {
      const clock = new ManualClock()
      let stopped: unknown
      const slow = new Pipeline<number>({ clock }).stage(
        'slow',
        (_, context) => untilAborted(context).catch((reason) => (stopped = reason)),
        { timeoutMs: 10 },
      )
      const failure = failureOf(slow.execute(1))
      clock.advance(10)
      const error = await failure
      assert.ok(error instanceof PipelineError && error.cause instanceof TimeoutError)
      assert.equal(error.cause.message, 'Stage "slow" did not finish within 10 ms')
      await settle()
      assert.equal(stopped, error.cause)
      assert.equal(clock.pendingTimers, 0)
    })

    it('count the time over all attempts', async () => {
      const clock = new ManualClock()
      const flaky = new Pipeline<number>({ clock }).stage('flaky', () => Promise.reject(boom), {
        retry: { attempts: 100, baseMs: 4, factor: 1, jitter: 'none' },
        timeoutMs: 10,
      })
      const failure = failureOf(flaky.execute(1))
      for (let ms = 0; ms < 12; ms++) {
        await settle()
        clock.advance(1)
      }
      const error = await failure
      assert.ok(error instanceof PipelineError && error.cause instanceof TimeoutError)
    })

    it('let at most `concurrency` values work at a time, in order, over all executions', async () => {
      let working = 0
      let most = 0
      const order: number[] = []
      const narrow = new Pipeline<number>().stage(
        'narrow',
        async (value) => {
          most = Math.max(most, ++working)
          order.push(value)
          await new Promise((resolve) => setImmediate(resolve))
          working--
          return value
        },
        { concurrency: 2 },
      )
      const all = Array.from({ length: 7 }, (_, value) => narrow.execute(value))
      assert.equal(narrow.stats()[0]?.inFlight, 7)
      for (const [value, future] of all.entries()) assert.equal(await future, value)
      assert.deepEqual([most, order], [2, [0, 1, 2, 3, 4, 5, 6]])
    })

    it('give the place back after a failure, a throw, a timeout and an abort', async () => {
      const clock = new ManualClock()
      const work: ((context: StageContext) => unknown)[] = [
        () => Promise.reject(boom),
        () => {
          throw boom
        },
        untilAborted,
        untilAborted,
      ]
      const single = new Pipeline<number>({ clock }).stage(
        'single',
        (index, context) => work[index]?.(context),
        { concurrency: 1, timeoutMs: 5 },
      )
      const controller = new AbortController()
      const failures = work.map((_, index) =>
        failureOf(single.execute(index, index === 3 ? { signal: controller.signal } : {})),
      )
      await settle()
      clock.advance(5)
      await settle()
      controller.abort()
      const after = single.execute(99)
      await Promise.all(failures)
      assert.equal(await after, undefined)
    })

    it('take a value that is aborted while it waits out of the queue', async () => {
      const gate = new Deferred<number>()
      const single = new Pipeline<number>().stage(
        'single',
        (value) => (value === 0 ? gate.future : value),
        { concurrency: 1 },
      )
      const controller = new AbortController()
      const first = single.execute(0)
      const second = failureOf(single.execute(1, { signal: controller.signal }))
      const third = single.execute(2)
      controller.abort()
      assert.ok((await second) instanceof AbortedError)
      gate.resolve(0)
      assert.deepEqual([await first, await third], [0, 2])
    })
  })

  describe('execute', () => {
    it('fails with the reason of the signal, not with a PipelineError, even if a stage ignores it', async () => {
      const controller = new AbortController()
      const deaf = new Pipeline<number>().stage('deaf', () => new Promise<never>(() => {}))
      const failure = failureOf(deaf.execute(1, { signal: controller.signal }))
      controller.abort(boom)
      assert.equal(await failure, boom)
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
    })

    it('starts nothing when the signal has fired before', async () => {
      const never = new Pipeline<number>().stage('never', () => assert.fail('it was started'))
      const error = await failureOf(never.execute(1, { signal: AbortSignal.abort() }))
      assert.ok(error instanceof AbortedError)
      assert.equal(error.message, 'The pipeline was aborted')
    })

    it('starts no further stage when the signal fires within one', async () => {
      const controller = new AbortController()
      const stopping = new Pipeline<number>()
        .stage('stop', () => controller.abort(boom))
        .stage('never', () => assert.fail('it was started'))
      assert.equal(await failureOf(stopping.execute(1, { signal: controller.signal })), boom)
    })

    it('does not listen to the signal when all stages are ready', () => {
      const { signal } = new AbortController()
      const ready = new Pipeline<number>().stage('ready', (value) => value + 1)
      assert.equal(ready.execute(1, { signal }).get(), 2)
      assert.equal(getEventListeners(signal, 'abort').length, 0)
    })

    it('fails with TimeoutError when the whole exceeds its time', async () => {
      const clock = new ManualClock()
      const slow = new Pipeline<number>({ clock })
        .stage('a', () => sleep(6, { clock }))
        .stage('b', (_, { signal }) => sleep(6, { clock, signal }))
      const failure = failureOf(slow.execute(1, { timeoutMs: 10 }))
      clock.advance(6)
      await settle()
      clock.advance(4)
      const error = await failure
      assert.ok(error instanceof TimeoutError)
      assert.equal(error.message, 'The pipeline did not finish within 10 ms')
      await settle()
      assert.equal(clock.pendingTimers, 0)
    })

    it('reports a failure nobody consumes once, and none that is consumed', async () => {
      const { abandonedFailures, onUnhandledFailure } = await import('../../../src/future/index.ts')
      const reports: unknown[] = []
      const subscription = onUnhandledFailure(({ reason }) => reports.push(reason))
      const before = abandonedFailures()
      const bad = new Pipeline<number>().stage('bad', () => Promise.reject(boom))
      await failureOf(bad.execute(1))
      void bad.execute(2)
      await settle()
      subscription[Symbol.dispose]()
      assert.equal(abandonedFailures() - before, 1)
      assert.ok(reports[0] instanceof PipelineError)
    })
  })

  describe('stats and onStage', () => {
    it('count values, failures and what is in flight, and take no time unless asked', async () => {
      const gate = new Deferred<number>()
      const counted = new Pipeline<number>()
        .stage('check', (value) => {
          if (value < 0) throw boom
          return value
        })
        .stage('wait', () => gate.future)
      const waiting = counted.execute(1)
      await failureOf(counted.execute(-1))
      assert.deepEqual(counted.stats(), [
        { stage: 'check', count: 2, failures: 1, inFlight: 0, timing: undefined },
        { stage: 'wait', count: 0, failures: 0, inFlight: 1, timing: undefined },
      ])
      gate.resolve(1)
      await waiting
      assert.equal(counted.stats()[1]?.inFlight, 0)
    })

    it('take the time of each stage of a pipeline with `timings`', async () => {
      const clock = new ManualClock()
      const timed = new Pipeline<number>({ clock, timings: true })
        .stage('ready', (value) => value)
        .stage('sleep', (ms) => sleep(ms, { clock }))
      assert.deepEqual(timed.stats()[1]?.timing, { totalMs: 0, meanMs: 0, maxMs: 0 })
      for (const ms of [10, 20]) {
        const done = timed.execute(ms)
        await settle()
        clock.advance(ms)
        await done
      }
      const [ready, sleeping] = timed.stats()
      assert.deepEqual(ready?.timing, { totalMs: 0, meanMs: 0, maxMs: 0 })
      assert.deepEqual(sleeping?.timing, { totalMs: 30, meanMs: 15, maxMs: 20 })
    })

    it('tell onStage each stage a value has left', async () => {
      const clock = new ManualClock()
      const events: StageEvent[] = []
      const slow = new Pipeline<number>({ clock })
        .stage('sleep', (ms) => sleep(ms, { clock }))
        .stage('bad', () => {
          throw boom
        })
      const failure = failureOf(slow.execute(5, { onStage: (event) => events.push(event) }))
      clock.advance(5)
      await failure
      assert.deepEqual(events, [
        { stage: 'sleep', index: 0, isFailed: false, durationMs: 5 },
        { stage: 'bad', index: 1, isFailed: true, durationMs: 0 },
      ])
    })

    it('fail the execution with what onStage throws', async () => {
      const onStage = (): never => {
        throw boom
      }
      const ready = new Pipeline<number>().stage('a', (value) => value)
      const late = new Pipeline<number>().stage('a', () => sleep(0))
      const bad = new Pipeline<number>().stage('a', () => Promise.reject(new Error('other')))
      for (const pipeline of [ready, late, bad]) {
        assert.equal(await failureOf(pipeline.execute(1, { onStage })), boom)
      }
    })
  })

  describe('bad input', () => {
    const base = new Pipeline<number>().stage('a', (value) => value)
    const same = (value: number): number => value
    const calls: readonly [string, () => unknown, RegExp][] = [
      [
        'an unknown option',
        () => new Pipeline({ timing: true } as object),
        /timing must be absent/,
      ],
      ['timings that are no flag', () => new Pipeline({ timings: 1 as never }), /timings/],
      ['an empty name', () => base.stage('', same), /stage name/],
      ['a name that is no text', () => base.stage(1 as never, same), /stage name/],
      ['a name that is taken', () => base.stage('a', same), /unique within the pipeline, got "a"/],
      ['a stage that is no function', () => base.stage('b', 1 as never), /work must be a function/],
      ['a tap that is no function', () => base.tap('b', null as never), /look must be a function/],
      ['an unknown stage option', () => base.stage('b', same, { retires: 1 } as object), /retires/],
      ['a negative limit', () => base.stage('b', same, { timeoutMs: -1 }), /timeoutMs/],
      ['a limit that is no number', () => base.stage('b', same, { timeoutMs: Number.NaN }), /NaN/],
      ['no places', () => base.stage('b', same, { concurrency: 0 }), /concurrency/],
      ['half a place', () => base.stage('b', same, { concurrency: 1.5 }), /concurrency/],
      ['retries that are none', () => base.stage('b', same, { retry: 3 as never }), /retry/],
      ['bad retries', () => base.stage('b', same, { retry: { attempts: 0 } }), /attempts/],
      [
        'a signal of the retries',
        () => base.stage('b', same, { retry: { signal: null } as object }),
        /retry\.signal must be absent/,
      ],
      ['no branches', () => base.parallel('b', {}), /branches/],
      ['branches that are none', () => base.parallel('b', null as never), /branches/],
      ['a branch that is no function', () => base.parallel('b', { x: 1 as never }), /branches\.x/],
      ['a pipe into something else', () => base.pipe({} as never), /next must be a Pipeline/],
      ['a pipe with a name that is taken', () => base.pipe(base), /unique within the pipeline/],
      ['an unknown execute option', () => base.execute(1, { abort: 1 } as object), /abort/],
      ['a signal that is none', () => base.execute(1, { signal: {} as never }), /signal/],
      ['a hook that is no function', () => base.execute(1, { onStage: 1 as never }), /onStage/],
      ['a negative time limit', () => base.execute(1, { timeoutMs: -1 }), /timeoutMs/],
    ]
    for (const [what, call, message] of calls) {
      it(`is refused: ${what}`, () => {
        assert.throws(call, (error: unknown) => {
          assert.ok(error instanceof OptionError)
          assert.match(error.message, message)
          return true
        })
      })
    }
  })
})
