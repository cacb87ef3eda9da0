import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { OptionError } from '../../src/core/errors.ts'
import { type Stall, StallDetector } from '../../src/reactor/sight/stall-detector.ts'

describe('StallDetector', () => {
  let worker: Worker
  let detector: StallDetector
  let stalls: Stall[]

  beforeEach(async () => {
    const cells = new Int32Array(new SharedArrayBuffer(4))
    worker = new Worker(new URL('./fixtures/busy-worker.ts', import.meta.url), {
      workerData: { cells },
    })
    await once(worker, 'message')
    stalls = []
    detector = new StallDetector({
      thresholdMs: 50,
      maxReportsPerMinute: 3,
      onStall: (stall) => stalls.push(stall),
    })
    detector.watch({
      core: 0,
      threadId: worker.threadId,
      idleMs: () => worker.performance.eventLoopUtilization().idle,
      beats: () => cells[0] as number,
      ping: () => worker.postMessage({ kind: 'ping' }),
    })
  })

  afterEach(async () => {
    detector.close()
    await worker.terminate()
  })

  async function run(kind: 'stall' | 'work' | 'elsewhere', ms: number): Promise<void> {
    worker.postMessage({ kind, ms })
    await once(worker, 'message')
  }

  async function waitFor(isDone: () => boolean): Promise<void> {
    for (let wait = 0; wait < 500 && !isDone(); wait++) {
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
    }
    assert.ok(isDone(), 'waited for five seconds')
  }

  it('reports how long a reactor made no progress, and what it was doing', async () => {
    await run('stall', 600)
    await waitFor(() => stalls.length > 0)
    const stall = stalls.find(({ durationMs }) => durationMs > 400)
    assert.equal(stall?.core, 0)
    assert.equal(stall.isOver, true)
    assert.ok(stall.durationMs < 5_000, `${stall.durationMs} ms`)
    assert.match(stall.stack ?? '', /computeForTooLong \(file:.*busy-worker\.ts:\d+:\d+\)/)
    assert.match(stall.stack ?? '', /handleRequest/)
    assert.ok((detector.stats()[0]?.longestMs ?? 0) > 400)
  })

  it('reports an endless loop while it goes on', async () => {
    const over = run('stall', 2_500)
    // One that is short may come before: of the start of the thread.
    const long = (): Stall[] => stalls.filter(({ durationMs }) => durationMs > 900)
    await waitFor(() => long().length > 0)
    assert.equal(long()[0]?.isOver, false)
    assert.match(long()[0]?.stack ?? '', /computeForTooLong/)
    await over
    await waitFor(() => (detector.stats()[0]?.longestMs ?? 0) > 2_000)
    assert.equal(long().length, 1, 'and not again at its end')
  })

  it('leaves a reactor alone that is busy with many short callbacks', async () => {
    await run('work', 400)
    await run('elsewhere', 400)
    // A neighbour may take the processor away for longer than the threshold, but not again and again.
    assert.ok(stalls.length <= 1, JSON.stringify(stalls))
  })

  it('leaves an idle reactor alone', async () => {
    await new Promise((resolve) => {
      setTimeout(resolve, 300)
    })
    assert.deepEqual(stalls, [])
  })

  it('reports so many a minute, and then how many it kept to itself', async () => {
    // On a busy machine the watcher may sleep through one of them.
    const count = (): number => detector.stats()[0]?.count ?? 0
    for (let tries = 0; count() < 5 && tries < 30; tries++) await run('stall', 200)
    await waitFor(() => count() >= 5)
    assert.equal(stalls.length, 3)
  })

  it('lets the reactor go on unharmed', async () => {
    await run('stall', 300)
    await run('stall', 300)
    await run('work', 50)
  })

  it('refuses options that make no sense', () => {
    const onStall = (): void => {}
    assert.throws(() => new StallDetector({ onStall, thresholdMs: 0 }), OptionError)
    assert.throws(() => new StallDetector({ onStall, maxReportsPerMinute: -1 }), OptionError)
    assert.throws(() => new StallDetector({ onStall: 7 } as never), OptionError)
    assert.throws(() => new StallDetector({ onStall, threshold: 1 } as never), OptionError)
  })
})
