import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import { debug } from '../../src/core/debug.ts'
import { listenForAbort } from '../../src/future/abort-listeners.ts'
import { Semaphore } from '../../src/future/index.ts'

/** Debug mode keeps a stack for each future, which takes a while. */
const MANY = debug.enabled ? 10_000 : 100_000

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function platformListeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length
}

describe('listenForAbort', () => {
  it('calls everybody once, in the order they came', () => {
    const controller = new AbortController()
    const seen: number[] = []
    for (let number = 0; number < 3; number++) {
      listenForAbort(controller.signal, () => seen.push(number))
    }
    controller.abort()
    controller.signal.dispatchEvent(new Event('abort'))
    assert.deepEqual(seen, [0, 1, 2])
  })

  it('puts one listener on the signal, however many listen, and none when nobody does', () => {
    const { signal } = new AbortController()
    const stops = [1, 2, 3].map(() => listenForAbort(signal, assert.fail))
    assert.equal(platformListeners(signal), 1)
    for (const stop of stops) stop()
    assert.equal(platformListeners(signal), 0)
    stops[0]?.()
    listenForAbort(signal, assert.fail)
    assert.equal(platformListeners(signal), 1)
  })

  it('does not call who has stopped listening, be it while others are being called', () => {
    const controller = new AbortController()
    const seen: string[] = []
    listenForAbort(controller.signal, () => {
      seen.push('first')
      stopSecond()
    })
    const stopSecond = listenForAbort(controller.signal, () => seen.push('second'))
    const stopThird = listenForAbort(controller.signal, () => seen.push('third'))
    stopThird()
    controller.abort()
    assert.deepEqual(seen, ['first'])
    assert.equal(platformListeners(controller.signal), 0)
  })

  it(`lets ${MANY} waits share a signal, leave one by one, and be aborted together`, async () => {
    const shutdown = new AbortController()
    const semaphore = new Semaphore(0)
    const waits = Array.from({ length: MANY }, () => semaphore.wait(1, { signal: shutdown.signal }))
    assert.equal(platformListeners(shutdown.signal), 1)
    for (const wait of waits) wait.ignore()
    for (let served = 0; served < MANY / 2; served++) semaphore.signal()
    shutdown.abort(new Error('shutdown'))
    while (semaphore.waiters > 0) await eventLoopTurn()
    assert.equal(waits.filter(({ isReady }) => isReady).length, MANY / 2)
    assert.ok(waits.every(({ isReady }, index) => isReady === index < MANY / 2))
    assert.deepEqual([semaphore.waiters, platformListeners(shutdown.signal)], [0, 0])
  })

  it(`lets every tenth of ${MANY} waits be aborted, from the middle outwards`, async () => {
    const semaphore = new Semaphore(0)
    const controllers: AbortController[] = []
    const waits = Array.from({ length: MANY }, (_, index) => {
      if (index % 10 !== 5) return semaphore.wait()
      const controller = new AbortController()
      controllers.push(controller)
      return semaphore.wait(1, { signal: controller.signal })
    })
    for (const wait of waits) wait.ignore()
    const middle = controllers.length / 2
    for (let step = 0; step < middle; step++) {
      controllers[middle + step]?.abort()
      controllers[middle - 1 - step]?.abort()
    }
    assert.equal(semaphore.waiters, MANY - controllers.length)
    semaphore.signal(MANY)
    while (semaphore.waiters > 0) await eventLoopTurn()
    assert.ok(waits.every(({ isReady }, index) => isReady === (index % 10 !== 5)))
    assert.equal(semaphore.available, controllers.length)
    assert.ok(controllers.every(({ signal }) => platformListeners(signal) === 0))
  })
})
