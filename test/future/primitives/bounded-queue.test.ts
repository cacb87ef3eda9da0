import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import {
  AbortedError,
  BoundedQueue,
  type Future,
  ManualClock,
  OptionError,
  QueueClosedError,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

function ready(waits: readonly Future<unknown>[]): boolean[] {
  return waits.map(({ isReady }) => isReady)
}

/** A queue of 2 that holds `a` and `b`. */
function full(): BoundedQueue<string> {
  const queue = new BoundedQueue<string>(2, { name: 'jobs' })
  assert.ok(queue.push('a').isReady)
  assert.ok(queue.push('b').isReady)
  return queue
}

describe('BoundedQueue', () => {
  it('gives items in the order they came', () => {
    const queue = full()
    assert.deepEqual([queue.size, queue.isFull, queue.isEmpty, queue.capacity], [2, true, false, 2])
    assert.equal(queue.peek(), 'a')
    assert.equal(queue.pop().get(), 'a')
    assert.equal(queue.tryPop(), 'b')
    assert.equal(queue.tryPop(), undefined)
    assert.deepEqual([queue.size, queue.isFull, queue.isEmpty], [0, false, true])
    assert.equal(queue.peek(), undefined)
  })

  it('lets producers wait while it is full, in the order they came', () => {
    const queue = full()
    const pushes = [queue.push('c'), queue.push('d')]
    assert.equal(queue.tryPush('e'), false)
    assert.deepEqual([queue.size, queue.waitingProducers], [2, 2])
    assert.equal(queue.pop().get(), 'a')
    assert.deepEqual(ready(pushes), [true, false])
    assert.deepEqual([queue.tryPop(), queue.tryPop(), queue.tryPop()], ['b', 'c', 'd'])
    assert.deepEqual(ready(pushes), [true, true])
  })

  it('lets consumers wait while it is empty, in the order they came', () => {
    const queue = new BoundedQueue<number>(2)
    const pops = [queue.pop(), queue.pop()]
    assert.equal(queue.waitingConsumers, 2)
    assert.ok(queue.push(1).isReady)
    assert.equal(queue.tryPush(2), true)
    assert.deepEqual(
      pops.map((pop) => pop.get()),
      [1, 2],
    )
    assert.ok(queue.isEmpty)
  })

  it('takes undefined for an item like any other', async () => {
    const queue = new BoundedQueue<undefined>(1)
    await queue.push(undefined)
    const waiting = queue.push(undefined)
    assert.equal(queue.size, 1)
    await queue.pop()
    await waiting
    assert.equal(queue.size, 1)
  })

  it('does not take the item of a producer who has given up', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const queue = full()
    const hurried = queue.push('late', { timeoutMs: 5, clock })
    const aborted = queue.push('aborted', { signal: controller.signal })
    const patient = queue.push('c')
    clock.advance(5)
    controller.abort(boom)
    await assert.rejects(hurried.toPromise(), {
      message: 'The wait for room in queue "jobs" did not finish within 5 ms',
    })
    await assert.rejects(aborted.toPromise(), boom)
    assert.deepEqual([queue.tryPop(), queue.tryPop(), queue.tryPop()], ['a', 'b', 'c'])
    assert.ok(patient.isReady)
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  })

  it('gives no item to a consumer who has given up', async () => {
    const clock = new ManualClock()
    const queue = new BoundedQueue<number>(1, { name: 'jobs' })
    const hurried = queue.pop({ timeoutMs: 5, clock })
    const patient = queue.pop()
    clock.advance(5)
    await assert.rejects(hurried.toPromise(), {
      message: 'The wait for an item of queue "jobs" did not finish within 5 ms',
    })
    assert.equal(queue.tryPush(1), true)
    assert.equal(patient.get(), 1)
  })

  it('does nothing for a signal that has fired', async () => {
    const queue = new BoundedQueue<number>(2)
    const options = { signal: AbortSignal.abort(boom) }
    await assert.rejects(queue.push(1, options).toPromise(), boom)
    assert.ok(queue.isEmpty)
    queue.tryPush(2)
    await assert.rejects(queue.pop(options).toPromise(), boom)
    assert.equal(queue.size, 1)
  })

  it('refuses a capacity that is not a whole number, 1 or more, and unknown options', () => {
    for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, undefined, '2']) {
      assert.throws(() => new BoundedQueue(wrong as number), OptionError)
    }
    assert.throws(() => new BoundedQueue(1, { size: 2 } as object), OptionError)
    const queue = new BoundedQueue<number>(1)
    assert.throws(() => queue.push(1, { timeout: 1 } as object), OptionError)
    assert.throws(() => queue.pop({ timeoutMs: -1 }), OptionError)
    assert.ok(queue.isEmpty)
  })
})

describe('BoundedQueue.close', () => {
  it('refuses producers, waiting ones too, and lets consumers have what is left', async () => {
    const queue = full()
    const waiting = queue.push('c')
    queue.close()
    queue.close()
    const expected = { code: 'FUTURE_QUEUE_CLOSED', message: 'queue "jobs" is closed' }
    await assert.rejects(waiting.toPromise(), expected)
    await assert.rejects(queue.push('d').toPromise(), expected)
    assert.equal(queue.tryPush('d'), false)
    assert.ok(queue.isClosed)
    assert.deepEqual([queue.pop().get(), queue.tryPop()], ['a', 'b'])
    await assert.rejects(queue.pop().toPromise(), expected)
  })

  it('refuses consumers who wait', async () => {
    const queue = new BoundedQueue(1)
    const waiting = queue.pop()
    queue.close()
    await assert.rejects(waiting.toPromise(), QueueClosedError)
  })
})

describe('BoundedQueue.abort', () => {
  it('drops all items and fails both sides, now and later', async () => {
    const queue = full()
    const producer = queue.push('c')
    queue.abort(boom)
    queue.abort(new Error('too late'))
    queue.close()
    assert.equal(queue.size, 0)
    for (const wait of [producer, queue.pop(), queue.push('d')]) {
      await assert.rejects(wait.toPromise(), boom)
    }
    const other = new BoundedQueue(1)
    const consumer = other.pop()
    other.abort(boom)
    await assert.rejects(consumer.toPromise(), boom)
  })

  it('drops what a closed queue still had', async () => {
    const queue = full()
    queue.close()
    queue.abort(boom)
    assert.ok(queue.isEmpty)
    await assert.rejects(queue.pop().toPromise(), boom)
  })

  it('happens on disposal, with a named error', async () => {
    const queue = new BoundedQueue(1, { name: 'jobs' })
    const waiting = queue.pop()
    queue[Symbol.dispose]()
    await assert.rejects(waiting.toPromise(), (error) => {
      assert.ok(error instanceof AbortedError)
      assert.equal(error.message, 'queue "jobs" was aborted')
      return true
    })
  })
})

describe('for await over a BoundedQueue', () => {
  it('takes everything, ready and waited for, until the queue is closed', async () => {
    const queue = new BoundedQueue<number>(3)
    const producing = (async () => {
      for (let item = 0; item < 100; item++) await queue.push(item)
      queue.close()
    })()
    const seen: number[] = []
    for await (const item of queue) seen.push(item)
    await producing
    assert.deepEqual(
      seen,
      Array.from({ length: 100 }, (_, item) => item),
    )
  })

  it('fails with what the queue is aborted with', async () => {
    const queue = new BoundedQueue<number>(1)
    const consuming = (async () => {
      for await (const item of queue) assert.fail(`got ${item}`)
    })()
    queue.abort(boom)
    await assert.rejects(consuming, boom)
  })

  it('leaves the rest to others when it is left early', async () => {
    const queue = full()
    const iterator = queue[Symbol.asyncIterator]()
    for await (const item of iterator) {
      assert.equal(item, 'a')
      break
    }
    assert.deepEqual(await iterator.next(), { done: true, value: undefined })
    assert.deepEqual([queue.tryPop(), queue.size], ['b', 0])
  })

  it('lets timers and input in while 20,000 items are always ready', async () => {
    const queue = new BoundedQueue<number>(64)
    const producing = (async () => {
      for (let item = 0; item < 20_000; item++) await queue.push(item)
      queue.close()
    })()
    let turns = 0
    let isOver = false
    const count = (): void => {
      turns++
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    let sum = 0
    for await (const item of queue) sum += item
    isOver = true
    await producing
    assert.equal(sum, (20_000 * 19_999) / 2)
    assert.ok(turns > 5, `the event loop has turned ${turns} times`)
  })

  it('shares the items between several loops: each goes to one of them', async () => {
    const queue = new BoundedQueue<number>(4)
    const seen: number[] = []
    const loops = Array.from({ length: 3 }, async () => {
      for await (const item of queue) seen.push(item)
    })
    for (let item = 0; item < 50; item++) await queue.push(item)
    queue.close()
    await Promise.all(loops)
    assert.deepEqual(
      seen.toSorted((a, b) => a - b),
      Array.from({ length: 50 }, (_, item) => item),
    )
  })
})
