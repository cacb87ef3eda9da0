import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OptionError } from '../../src/core/errors.ts'
import { sleep } from '../../src/future/index.ts'
import {
  HighResolutionClock,
  type HighResolutionOptions,
  highResolutionClock,
} from '../../src/reactor/index.ts'
import { testClock } from '../contract/clock.ts'
import { passRealTime } from '../support/pass-time.ts'
import { runProgram, SOURCES } from '../support/run-program.ts'

const spinningClock = new HighResolutionClock({ spinMs: 0.2 })

testClock('HighResolutionClock', () => ({ clock: highResolutionClock, pass: passRealTime }))
testClock('HighResolutionClock that spins', () => ({ clock: spinningClock, pass: passRealTime }))

describe('HighResolutionClock', () => {
  for (const [name, clock] of Object.entries({ sleeping: highResolutionClock, spinningClock })) {
    it(`is never early, and mostly within a millisecond: ${name}`, async () => {
      const errorsMs: number[] = []
      for (let round = 0; round < 40; round++) {
        const sleeps = Array.from({ length: 50 }, (_, index) => {
          const delayMs = 0.1 + ((round * 50 + index) % 97) / 100
          const startMs = performance.now()
          return sleep(delayMs, { clock }).then(() => {
            errorsMs.push(performance.now() - startMs - delayMs)
          })
        })
        for (const one of sleeps) await one
      }
      errorsMs.sort((a, b) => a - b)
      assert.equal(errorsMs.length, 2_000)
      assert.ok((errorsMs[0] as number) >= 0, `${errorsMs[0]} ms`)
      // A busy machine is late now and then; half of the time nobody is that busy.
      assert.ok((errorsMs[1_000] as number) < 1, `${errorsMs[1_000]} ms`)
    })
  }

  it('waits for far deadlines, too, and for several at once', async () => {
    const startMs = performance.now()
    const lateMs: number[] = []
    for (const delayMs of [40, 12, 7, 0.5]) {
      highResolutionClock.setTimer(delayMs, () =>
        lateMs.push(performance.now() - startMs - delayMs),
      )
    }
    highResolutionClock.setTimer(3_600_000, () => {}).cancel()
    await passRealTime(60, () => lateMs.length === 4)
    assert.equal(lateMs.length, 4)
    assert.ok(lateMs.every((ms) => ms >= 0))
  })

  it('refuses options that are none', () => {
    for (const spinMs of [-1, 11, Number.NaN, '1', null] as number[]) {
      assert.throws(() => new HighResolutionClock({ spinMs }), OptionError)
    }
    const typo = { spinUs: 20 } as HighResolutionOptions
    assert.throws(() => new HighResolutionClock(typo), /known options are spinMs/)
  })
})

const IMPORT = `
  import { HighResolutionClock, highResolutionClock } from '${SOURCES}reactor/index.ts'
  import { sleep } from '${SOURCES}future/index.ts'\n`

describe('HighResolutionClock in a process of its own', () => {
  it('keeps the process alive until its timers have fired, and not longer', () => {
    const { stdout, status, ms } = runProgram(`${IMPORT}
      highResolutionClock.setTimer(600_000, () => {}).unref()
      highResolutionClock.setTimer(0.5, () => console.log('first'))
      highResolutionClock.setTimer(80.5, () => console.log('last'))`)
    assert.deepEqual([stdout, status], ['first\nlast\n', 0])
    assert.ok(ms < 4_000, 'the idle thread is not waited for')
  })

  it('does not fire timers that are unref-ed once there is nothing else to do', () => {
    const { stdout, status } = runProgram(`${IMPORT}
      await sleep(60, { clock: highResolutionClock })
      for (const ms of [500, 700.5]) {
        highResolutionClock.setTimer(ms, () => console.log('fired')).unref()
      }`)
    assert.deepEqual([stdout, status], ['', 0])
  })

  it('goes on with the other timers after a callback that throws', () => {
    const { stdout, status } = runProgram(`${IMPORT}
      process.on('uncaughtException', (error) => console.log(error.message))
      highResolutionClock.setTimer(0.3, () => { throw new Error('one') })
      highResolutionClock.setTimer(0.3, () => console.log('two'))
      await sleep(50, { clock: highResolutionClock })
      highResolutionClock.setTimer(0.3, () => { throw new Error('three') })
      highResolutionClock.setTimer(0.3, () => console.log('four'))`)
    assert.deepEqual([stdout, status], ['one\ntwo\nthree\nfour\n', 0])
  })

  it('ends its thread when it was idle for a while, and starts another with the next timer', () => {
    const { stdout, status, stderr } = runProgram(`${IMPORT}
      import { Worker } from 'node:worker_threads'
      const clock = new HighResolutionClock()
      const originalOn = Worker.prototype.on
      Worker.prototype.on = function (name, listener) {
        return originalOn.call(this, name, name !== 'exit' ? listener : (code) => {
          console.log('thread ended', code)
          listener(code)
        })
      }
      await sleep(40.25, { clock })
      await sleep(5_400)
      console.log('again')
      await sleep(40.25, { clock })
      console.log('done')`)
    assert.deepEqual([stdout, status], ['thread ended 0\nagain\ndone\n', 0], stderr)
  })

  it('works in worker threads', () => {
    const { stdout, status, stderr } = runProgram(`${IMPORT}
      import { Worker } from 'node:worker_threads'
      const code = ${JSON.stringify(`
        import { parentPort } from 'node:worker_threads'
        import { highResolutionClock, nowNs } from '${SOURCES}reactor/index.ts'
        import { sleep } from '${SOURCES}future/index.ts'
        for (let i = 0; i < 50; i++) await sleep(0.4, { clock: highResolutionClock })
        parentPort.postMessage(nowNs())`)}
      import { nowNs } from '${SOURCES}reactor/index.ts'
      const before = nowNs()
      new Worker(new URL('data:text/javascript,' + encodeURIComponent(code)))
        .on('message', (ns) => console.log(ns > before && ns < nowNs()))`)
    assert.deepEqual([stdout, status], ['true\n', 0], stderr)
  })
})
