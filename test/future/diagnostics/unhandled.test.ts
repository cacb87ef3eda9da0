import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { configureRunQueue, runQueueStats, schedule } from '../../../src/core/run-queue.ts'
import {
  abandonedFailures,
  Deferred,
  Future,
  onUnhandledFailure,
  type UnhandledFailure,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

describe('onUnhandledFailure', () => {
  let reports: UnhandledFailure[] = []
  let subscription: Disposable

  beforeEach(() => {
    reports = []
    subscription = onUnhandledFailure((failure) => reports.push(failure))
  })
  afterEach(() => subscription[Symbol.dispose]())

  async function reported(): Promise<unknown[]> {
    for (let turn = 0; turn < 3; turn++) await nextTurn()
    return reports.map(({ reason }) => reason)
  }

  it('reports a failure nobody consumed, once, and counts it', async () => {
    const before = abandonedFailures()
    void Future.failed(boom)
    assert.deepEqual(await reported(), [boom])
    assert.equal(abandonedFailures(), before + 1)
  })

  it('reports the end of a chain once, not each of its links', async () => {
    const deferred = new Deferred<number>()
    void deferred.future.then((value) => value + 1).then((value) => value + 1)
    deferred.reject(boom)
    assert.deepEqual(await reported(), [boom])
  })

  it('reports each branch that does not handle the failure', async () => {
    const deferred = new Deferred<number>()
    void deferred.future.then((value) => value)
    void deferred.future.catch(() => 0)
    deferred.reject(boom)
    assert.deepEqual(await reported(), [boom])
  })

  it('is silent when the failure is handled later in the same turn', async () => {
    const failed = Future.failed(boom)
    await Promise.resolve()
    await failed.catch(() => {})
    assert.deepEqual(await reported(), [])
  })

  it('is silent when it is handled by a continuation that the quota has put off', async () => {
    const first = new Deferred<void>()
    const second = new Deferred<void>()
    const done = first.future.then(() => second.future.catch(() => {}))
    second.reject(boom)
    for (let task = 0; task < 1000; task++) schedule({ run: () => spin(0.02) })
    first.resolve()
    await done
    assert.deepEqual(await reported(), [])
  })

  it('reports also while the run queue never gets empty', async () => {
    let isOver = false
    const busy = {
      run() {
        spin(0.01)
        if (!isOver) schedule(busy)
      },
    }
    const { quotaMs } = runQueueStats()
    configureRunQueue({ quotaMs: 0.01 })
    schedule(busy)
    void Future.failed(boom)
    for (let turn = 0; turn < 150; turn++) await nextTurn()
    isOver = true
    configureRunQueue({ quotaMs })
    assert.deepEqual(
      reports.map(({ reason }) => reason),
      [boom],
    )
    await nextTurn()
  })

  it('is silent after ignore, on failed and on pending futures', async () => {
    Future.failed(boom).ignore()
    const deferred = new Deferred<number>()
    deferred.future.ignore()
    deferred.reject(boom)
    assert.deepEqual(await reported(), [])
  })

  it('is silent when get has thrown the failure', async () => {
    assert.throws(() => Future.failed(boom).get())
    assert.deepEqual(await reported(), [])
  })

  it('is silent when a promise took the failure over', async () => {
    await assert.rejects(Future.failed(boom).toPromise(), boom)
    assert.deepEqual(await reported(), [])
  })

  it('tells each listener, until it is disposed of', async () => {
    const seen: string[] = []
    const listeners = ['a', 'b'].map((name) => onUnhandledFailure(() => seen.push(name)))
    void Future.failed(boom)
    await reported()
    listeners[0]?.[Symbol.dispose]()
    void Future.failed(boom)
    await reported()
    listeners[1]?.[Symbol.dispose]()
    void Future.failed(boom)
    assert.equal((await reported()).length, 3)
    assert.deepEqual(seen, ['a', 'b', 'b'])
  })

  it('lets a listener take itself off while it is told', async () => {
    subscription[Symbol.dispose]()
    let calls = 0
    const once = onUnhandledFailure(() => {
      calls++
      once[Symbol.dispose]()
    })
    void Future.failed(boom)
    await reported()
    assert.equal(calls, 1)
  })

  it('takes one function twice, and off once for each disposal', async () => {
    let calls = 0
    const listener = () => calls++
    const first = onUnhandledFailure(listener)
    const second = onUnhandledFailure(listener)
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    void Future.failed(boom)
    await reported()
    assert.equal(calls, 1)
    second[Symbol.dispose]()
  })

  it('refuses what is not a function', () => {
    assert.throws(() => onUnhandledFailure(undefined as never), {
      name: 'OptionError',
      option: 'listener',
    })
  })
})
