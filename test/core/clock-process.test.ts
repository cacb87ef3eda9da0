import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runProgram, SOURCES } from '../support/run-program.ts'

const IMPORT = `import { systemClock } from '${SOURCES}core/clock.ts'\n`

describe('systemClock in a process of its own', () => {
  it('keeps the process alive until the last timer has fired that is not unref-ed', () => {
    const { stdout, status, ms } = runProgram(`${IMPORT}
      systemClock.setTimer(600_000, () => {}).unref()
      systemClock.setTimer(600_000, () => {}).cancel()
      const timer = systemClock.setTimer(1, () => {
        console.log('fired')
        systemClock.setTimer(30, () => console.log('last'))
      })
      timer.unref().ref()`)
    assert.deepEqual([stdout, status], ['fired\nlast\n', 0])
    assert.ok(ms < 10_000)
  })

  it('does not fire timers that are unref-ed once there is nothing else to do', () => {
    const { stdout, status } = runProgram(`${IMPORT}
      const timer = systemClock.setTimer(500, () => console.log('fired'))
      setTimeout(() => timer.unref(), 5)`)
    assert.deepEqual([stdout, status], ['', 0])
  })

  it('goes on with the other timers after a callback that throws', () => {
    const { stdout, status } = runProgram(`${IMPORT}
      process.on('uncaughtException', (error) => console.log(error.message))
      const fail = (text) => () => { throw new Error(text) }
      systemClock.setTimer(2, fail('one'))
      systemClock.setTimer(2, fail('two'))
      systemClock.setTimer(2, () => console.log('three'))
      let rounds = 0
      const periodic = systemClock.setPeriodicTimer(3, () => {
        if (++rounds === 2) periodic.cancel()
        throw new Error('round ' + rounds)
      })`)
    assert.deepEqual([stdout, status], ['one\ntwo\nthree\nround 1\nround 2\n', 0])
  })

  it('ends the process with the error of a callback, as setTimeout does', () => {
    const { stderr, status } = runProgram(`${IMPORT}
      systemClock.setTimer(1, () => { throw new Error('from a timer') })`)
    assert.equal(status, 1)
    assert.match(stderr, /Error: from a timer/)
  })

  it('asks the platform for one timer, however many are set and cancelled', () => {
    const { stdout } = runProgram(`
      const { setTimeout: original } = globalThis
      let calls = 0
      globalThis.setTimeout = (...args) => { calls++; return original(...args) }
      const { systemClock } = await import('${SOURCES}core/clock.ts')
      const timers = Array.from({ length: 10_000 }, (_, i) => systemClock.setTimer(60_000 + i, () => {}))
      for (let turn = 0; turn < 100; turn++) {
        systemClock.setTimer(60_000, () => {}).cancel()
        timers[turn].cancel()
        await new Promise((resolve) => setImmediate(resolve))
      }
      console.log(calls)
      process.exit()`)
    assert.equal(stdout, '1\n')
  })

  it('holds delays that setTimeout cannot', () => {
    const { stdout, status } = runProgram(`
      const delays = []
      globalThis.setTimeout = (callback, ms) => { delays.push(ms); return 1 }
      globalThis.clearTimeout = () => {}
      const { systemClock } = await import('${SOURCES}core/clock.ts')
      systemClock.setTimer(2 ** 31 + 5_000, () => console.log('too early'))
      await null
      console.log(delays.join())`)
    assert.deepEqual([stdout, status], [`${2 ** 31 - 1}\n`, 0])
  })

  it('works where timers are numbers and there is neither setImmediate nor nextTick', () => {
    const { stdout, stderr } = runProgram(`
      const { setTimeout: original, clearTimeout: clear } = globalThis
      const handles = new Map()
      globalThis.setTimeout = (callback, ms) => {
        handles.set(handles.size + 1, original(callback, ms))
        return handles.size
      }
      globalThis.clearTimeout = (handle) => clear(handles.get(handle))
      delete globalThis.setImmediate
      const { systemClock } = await import('${SOURCES}core/clock.ts')
      const { sleep } = await import('${SOURCES}future/index.ts')
      let fired = 0
      for (let i = 0; i < 50_000; i++) systemClock.setTimer(i % 7, () => fired++)
      systemClock.setTimer(1_000, () => {}).unref().cancel()
      await sleep(10)
      while (fired < 50_000) await sleep(5)
      console.log(fired)`)
    assert.equal(stdout, '50000\n', stderr)
  })
})
