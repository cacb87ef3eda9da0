import assert from 'node:assert/strict'
import { afterEach, describe, it, mock } from 'node:test'
import { debug, readDebugMode, seededRandom } from '../../src/core/debug.ts'
import { OptionError } from '../../src/core/errors.ts'
import { RingBuffer } from '../../src/core/ring-buffer.ts'
import {
  atEndOfTurn,
  configureRunQueue,
  enterCallback,
  isQuotaSpent,
  leaveCallback,
  readTaskQuota,
  runQueueStats,
  schedule,
} from '../../src/core/run-queue.ts'

const fifo = { skip: debug.enabled ? 'debug mode shuffles' : false }

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe('run queue', () => {
  it('runs tasks in one microtask, in order', fifo, async () => {
    const seen: number[] = []
    for (const name of [1, 2, 3]) schedule({ run: () => seen.push(name) })
    assert.deepEqual(seen, [])
    await Promise.resolve()
    assert.deepEqual(seen, [1, 2, 3])
  })

  it('drains before the outermost callback returns', () => {
    const seen: string[] = []
    enterCallback()
    enterCallback()
    schedule({ run: () => seen.push('task') })
    leaveCallback()
    assert.deepEqual(seen, [])
    leaveCallback()
    assert.deepEqual(seen, ['task'])
  })

  it('flushes once the tasks of the turn, and those they add, are done', async () => {
    const seen: string[] = []
    atEndOfTurn({ run: () => seen.push('flush') })
    schedule({
      run: () => {
        seen.push('task')
        schedule({ run: () => seen.push('added') })
      },
    })
    await nextTurn()
    assert.deepEqual(seen, ['task', 'added', 'flush'])
  })

  it('flushes after all microtasks of a turn when it is asked outside a callback', async () => {
    const seen: string[] = []
    atEndOfTurn({ run: () => seen.push('flush') })
    const hops = async () => {
      for (let hop = 0; hop < 5; hop++) await Promise.resolve()
      seen.push('hopped')
    }
    await hops()
    await nextTurn()
    assert.deepEqual(seen, ['hopped', 'flush'])
  })

  it('lets input in when tasks take longer than the quota', async () => {
    let isStopped = false
    let runs = 0
    const busy = {
      run() {
        runs++
        if (!isStopped) schedule(busy)
      },
    }
    schedule(busy)
    await nextTurn()
    await nextTurn()
    isStopped = true
    assert.ok(runs > 0)
    await nextTurn()
  })
})

describe('quota of the run queue', () => {
  const { quotaMs } = runQueueStats()
  afterEach(() => {
    mock.restoreAll()
    configureRunQueue({ quotaMs })
  })

  /** Tasks that take 0.01 ms each by a clock that only they move. */
  function scheduleSlowTasks(count: number): void {
    let nowMs = 0
    mock.method(performance, 'now', () => nowMs)
    const task = {
      run() {
        nowMs += 0.01
      },
    }
    for (let index = 0; index < count; index++) schedule(task)
  }

  function executedIn(callback: () => void): number {
    const before = runQueueStats().executed
    enterCallback()
    callback()
    leaveCallback()
    return runQueueStats().executed - before
  }

  it('ends a callback after the quota, counted from the first clock read on', async () => {
    configureRunQueue({ quotaMs: 0.5 })
    // The clock is read after 65 tasks, which starts the quota, and again after 130: 0.65 ms later.
    assert.equal(
      executedIn(() => scheduleSlowTasks(1000)),
      130,
    )
    assert.equal(runQueueStats().pending, 870)
    while (runQueueStats().pending > 0) await nextTurn()
  })

  it('is what configureRunQueue says', async () => {
    configureRunQueue({ quotaMs: 2 })
    assert.equal(runQueueStats().quotaMs, 2)
    assert.equal(
      executedIn(() => scheduleSlowTasks(1000)),
      325,
    )
    while (runQueueStats().pending > 0) await nextTurn()
  })

  it('reads the clock once in 65 tasks', async () => {
    const before = executedIn(() => scheduleSlowTasks(1000))
    const reads = (performance.now as unknown as { mock: { callCount(): number } }).mock.callCount()
    assert.equal(reads, Math.floor(before / 65))
    while (runQueueStats().pending > 0) await nextTurn()
  })

  it('is one for all microtasks of a turn, so that they cannot keep input out', async () => {
    const loop = { turns: 0, isStopped: false }
    const tick = (): void => {
      loop.turns++
      if (!loop.isStopped) setImmediate(tick)
    }
    setImmediate(tick)
    for (let hop = 0; hop < 100_000 && loop.turns < 3; hop++) {
      await new Promise<void>((resolve) => {
        schedule({ run: resolve })
      })
    }
    loop.isStopped = true
    assert.ok(loop.turns >= 3)
  })

  it('defers what microtasks schedule once it is used up, and then is whole again', async () => {
    await nextTurn()
    let nowMs = 0
    mock.method(performance, 'now', () => nowMs++)
    while (!isQuotaSpent());
    const before = runQueueStats().executed
    schedule({ run() {} })
    await Promise.resolve()
    await Promise.resolve()
    assert.equal(runQueueStats().executed, before)
    await nextTurn()
    await nextTurn()
    assert.equal(runQueueStats().executed, before + 1)
    assert.equal(isQuotaSpent(), false)
  })

  it('serves a million tasks without keeping timers or input out', async () => {
    const task = {
      left: 1_000_000,
      run() {
        this.left--
      },
    }
    for (let index = task.left; index > 0; index--) schedule(task)
    let turns = 0
    while (task.left > 0) {
      await nextTurn()
      turns++
    }
    assert.ok(turns > 3, `${turns} turns`)
  })

  it('refuses what is not a positive number, naming it', () => {
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1']) {
      assert.throws(() => configureRunQueue({ quotaMs: bad as number }), {
        name: 'OptionError',
        option: 'quotaMs',
      })
    }
    assert.throws(
      () => configureRunQueue({ quota: 1 } as object),
      /configureRunQueue options.quota/,
    )
    assert.equal(runQueueStats().quotaMs, quotaMs)
  })

  it('comes from the environment, 0.5 ms by default', () => {
    assert.equal(readTaskQuota({}), 0.5)
    assert.equal(readTaskQuota({ FASTERAPI_TASK_QUOTA_MS: '' }), 0.5)
    assert.equal(readTaskQuota({ FASTERAPI_TASK_QUOTA_MS: '2.5' }), 2.5)
    for (const bad of ['0', '-1', 'fast', '1.2.3', '1e3']) {
      assert.throws(() => readTaskQuota({ FASTERAPI_TASK_QUOTA_MS: bad }), {
        name: 'OptionError',
        option: 'FASTERAPI_TASK_QUOTA_MS',
      })
    }
  })
})

describe('RingBuffer', () => {
  it('keeps order across wrap-around and growth', () => {
    const ring = new RingBuffer<number>(4)
    const seen: (number | undefined)[] = []
    let next = 0
    for (let round = 0; round < 50; round++) {
      for (let push = 0; push < 3; push++) ring.push(next++)
      for (let take = 0; take < 2; take++) seen.push(ring.shift())
    }
    while (ring.length > 0) seen.push(ring.shift())
    assert.deepEqual(
      seen,
      Array.from({ length: 150 }, (_, index) => index),
    )
    assert.equal(ring.shift(), undefined)
  })

  it('lets an item jump the queue, across wrap-around and growth', () => {
    const ring = new RingBuffer<number>(4)
    for (let item = 4; item < 8; item++) ring.push(item)
    for (let item = 3; item >= 0; item--) ring.unshift(item)
    const seen = Array.from({ length: 8 }, () => ring.shift())
    assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('gives each item once when items are taken at random', () => {
    const ring = new RingBuffer<number>(4)
    const random = seededRandom(1)
    for (let item = 0; item < 20; item++) ring.push(item)
    const seen: (number | undefined)[] = []
    while (ring.length > 0) seen.push(ring.takeAt(Math.floor(random() * ring.length)))
    assert.deepEqual(
      seen.toSorted((a, b) => Number(a) - Number(b)),
      Array.from({ length: 20 }, (_, index) => index),
    )
  })
})

describe('readDebugMode', () => {
  it('reads flag and seed', () => {
    assert.deepEqual(readDebugMode({ FASTERAPI_DEBUG: '1', FASTERAPI_SEED: '42' }), {
      enabled: true,
      seed: 42,
    })
    assert.equal(readDebugMode({}).enabled, false)
  })

  it('refuses values it does not understand, naming them', () => {
    assert.throws(() => readDebugMode({ FASTERAPI_DEBUG: 'yes' }), /FASTERAPI_DEBUG.*"yes"/)
    assert.throws(() => readDebugMode({ FASTERAPI_SEED: '-1' }), OptionError)
  })
})
