import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { debug, readDebugMode, seededRandom } from '../../src/core/debug.ts'
import { OptionError } from '../../src/core/errors.ts'
import { RingBuffer } from '../../src/core/ring-buffer.ts'
import { atEndOfTurn, enterCallback, leaveCallback, schedule } from '../../src/core/run-queue.ts'

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

  it('goes on with the rest after a task that throws', () => {
    const runQueue = new URL('../../src/core/run-queue.ts', import.meta.url).href
    const program = `
      import { schedule } from ${JSON.stringify(runQueue)}
      process.on('unhandledRejection', (reason) => console.log(reason.message))
      schedule({ run() { throw new Error('defect') } })
      schedule({ run() { console.log('next') } })`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    assert.deepEqual(stdout.trim().split('\n').toSorted(), ['defect', 'next'])
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
