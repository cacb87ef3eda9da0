import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { App } from '../../src/app/index.ts'
import { OptionError } from '../../src/future/index.ts'
import { Reactor, type Stall, StallWatchdog } from '../../src/reactor/index.ts'
import { runProgram, SOURCES } from '../support/run-program.ts'

function computeForTooLong(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
}

/** Stalls until one of them was noticed: the thread of the watchdog takes its time to start. */
async function stallUntilNoticed(stalls: readonly Stall[], ms: number): Promise<Stall> {
  for (let attempt = 0; attempt < 100; attempt++) {
    computeForTooLong(ms)
    for (let wait = 0; wait < 20; wait++) {
      const found = stalls.find(({ durationMs }) => durationMs > ms * 0.9)
      if (found !== undefined) return found
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
    }
  }
  return assert.fail('no stall was noticed')
}

describe('StallWatchdog', () => {
  let watchdog: Disposable | undefined

  afterEach(() => watchdog?.[Symbol.dispose]())

  it('tells how long the main thread made no progress, and what it was doing', async () => {
    const stalls: Stall[] = []
    watchdog = new StallWatchdog({ thresholdMs: 50, onStall: (stall) => stalls.push(stall) })
    const before = Reactor.current.stats().stalls
    const { core, durationMs, isOver, stack } = await stallUntilNoticed(stalls, 400)
    assert.deepEqual([core, isOver], [0, true])
    assert.ok(durationMs < 10_000)
    assert.match(stack ?? '', /computeForTooLong \(file:.*watchdog\.test\.ts:\d+:\d+\)/)
    assert.match(stack ?? '', /stallUntilNoticed/)
    const { stalls: count, stallLongestMs, stallTotalMs } = Reactor.current.stats()
    assert.ok(count > before && stallLongestMs >= 360 && stallTotalMs >= stallLongestMs)
  })

  it('leaves a thread alone that waits, or is busy with many short callbacks', async () => {
    const stalls: Stall[] = []
    watchdog = new StallWatchdog({ thresholdMs: 100, onStall: (stall) => stalls.push(stall) })
    await stallUntilNoticed(stalls, 200)
    stalls.length = 0
    await new Promise((resolve) => {
      setTimeout(resolve, 500)
    })
    const untilMs = performance.now() + 500
    while (performance.now() < untilMs) {
      computeForTooLong(1)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    // A neighbour may take the processor away for longer than the threshold, but not again and again.
    assert.ok(stalls.length <= 2, `${stalls.length} stalls`)
  })

  it('says on standard error what does not end, and lets the program end', () => {
    const { stderr, status } = runProgram(`
      import { StallWatchdog } from '${SOURCES}reactor/index.ts'
      new StallWatchdog()
      function spinForEver(ms: number) {
        for (const until = performance.now() + ms; performance.now() < until; );
      }
      setTimeout(() => spinForEver(4_000), 1_500)`)
    assert.equal(status, 0)
    assert.match(
      stderr,
      /^fasterapi: reactor 0 is making no progress for \d+ ms\n(?: {4}at .*\n)*? {4}at spinForEver /m,
    )
    assert.doesNotMatch(stderr, /debugger/i)
  })

  it('does not keep the process alive, nor hold up its end', () => {
    const { status, ms } = runProgram(`
      import { StallWatchdog } from '${SOURCES}reactor/index.ts'
      new StallWatchdog()
      new StallWatchdog({ thresholdMs: 10 }).close()`)
    assert.equal(status, 0)
    assert.ok(ms < 15_000)
  })

  it('refuses wrong options, and other threads than the main one', async () => {
    assert.throws(() => new StallWatchdog({ thresholdMs: 1 }), OptionError)
    assert.throws(() => new StallWatchdog({ onStall: 'log' as never }), OptionError)
    assert.throws(() => new StallWatchdog({ threshold: 1 } as never), OptionError)
    const program = `import('${SOURCES}reactor/index.ts').then(({ StallWatchdog }) => new StallWatchdog())`
    const worker = new Worker(program, { eval: true })
    const error = await new Promise<Error & { code?: string }>((resolve) => {
      worker.once('error', (reason) => resolve(reason as Error))
    })
    assert.equal(error.code, 'REACTOR_STATE')
  })
})

describe('listen with one reactor', () => {
  it('watches the main thread if asked to, until it is closed', async () => {
    const stalls: Stall[] = []
    const app = new App()
    app.get('/', () => computeForTooLong(300))
    const onStall = (stall: Stall): void => void stalls.push(stall)
    const server = await app.listen({ port: 0, supervision: { stallThresholdMs: 50, onStall } })
    const found = await stallUntilNoticed(stalls, 200)
    assert.match(found.stack ?? '', /computeForTooLong/)
    await server.close()
    stalls.length = 0
    computeForTooLong(200)
    await new Promise((resolve) => {
      setTimeout(resolve, 100)
    })
    assert.deepEqual(stalls, [])
  })
})
