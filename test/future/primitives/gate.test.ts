import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  ClosedError,
  Deferred,
  Gate,
  GateClosedError,
  GateUnderflowError,
  ManualClock,
  OptionError,
  TimeoutError,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

describe('Gate', () => {
  it('counts who is inside, and closes when the last has left', () => {
    const gate = new Gate()
    gate.enter()
    assert.equal(gate.tryEnter(), true)
    assert.equal(gate.count, 2)
    const closed = gate.close()
    gate.leave()
    assert.ok(closed.isPending)
    gate.leave()
    assert.ok(closed.isReady)
  })

  it('closes at once when nobody is inside', () => {
    const gate = new Gate()
    assert.ok(gate.close().isReady)
    assert.ok(gate.isClosed)
  })

  it('may be closed again: all calls wait for the same moment', async () => {
    const gate = new Gate()
    gate.enter()
    const closings = [gate.close(), gate.close()]
    gate.leave()
    for (const closing of closings) await closing
    await gate.close()
  })

  it('lets nobody in once it is closed', async () => {
    const gate = new Gate({ name: 'requests' })
    await gate.close()
    const expected = { code: 'FUTURE_GATE_CLOSED', message: 'gate "requests" is closed' }
    assert.throws(() => gate.check(), expected)
    assert.throws(() => gate.enter(), expected)
    assert.throws(() => gate.hold(), expected)
    assert.equal(gate.tryEnter(), false)
    let isCalled = false
    const refused = gate.with(() => {
      isCalled = true
    })
    await assert.rejects(refused.toPromise(), GateClosedError)
    assert.deepEqual([gate.count, isCalled], [0, false])
  })

  it('refuses to be left more often than it was entered', () => {
    const gate = new Gate()
    assert.throws(() => gate.leave(), GateUnderflowError)
    gate.hold().leave()
    assert.throws(() => gate.leave(), GateUnderflowError)
    assert.equal(gate.count, 0)
  })

  it('stays closed when the wait of close gives up', async () => {
    const clock = new ManualClock()
    const gate = new Gate({ name: 'requests' })
    gate.enter()
    const hurried = gate.close({ timeoutMs: 10, clock })
    const patient = gate.close()
    clock.advance(10)
    await assert.rejects(hurried.toPromise(), {
      code: 'CORE_TIMEOUT',
      message: 'The wait for gate "requests" did not finish within 10 ms',
    })
    await assert.rejects(gate.close({ signal: AbortSignal.abort(boom) }).toPromise(), boom)
    assert.ok(patient.isPending)
    gate.leave()
    await patient
    assert.equal(clock.pendingTimers, 0)
  })

  it('waits for everybody when it is disposed of', async () => {
    const gate = new Gate()
    const work = new Deferred<void>()
    gate.with(() => work.future).ignore()
    const disposed = gate[Symbol.asyncDispose]()
    assert.ok(disposed.isPending)
    work.resolve()
    await disposed
  })

  it('refuses options it does not know', () => {
    assert.throws(() => new Gate({ title: 'x' } as object), OptionError)
    const gate = new Gate()
    assert.throws(() => gate.close({ timeoutMs: -1 }), OptionError)
    assert.throws(() => gate.close(5 as unknown as object), OptionError)
    assert.equal(gate.isClosed, false)
  })
})

describe('Gate.with', () => {
  it('leaves on value, failure and throw', async () => {
    const gate = new Gate()
    assert.equal(gate.with(() => 5).get(), 5)
    assert.equal(await gate.with(() => Promise.resolve('later')), 'later')
    await assert.rejects(gate.with(() => Promise.reject(boom)).toPromise(), boom)
    const thrown = gate.with(() => {
      throw boom
    })
    await assert.rejects(thrown.toPromise(), boom)
    assert.equal(gate.count, 0)
  })

  it('has left before anybody sees the outcome', async () => {
    const gate = new Gate()
    const work = new Deferred<void>()
    const counts = gate.with(() => work.future).then(() => gate.count)
    work.resolve()
    assert.equal(await counts, 0)
  })

  it('refuses what is not a function', () => {
    const gate = new Gate()
    assert.throws(() => gate.with(5 as unknown as () => void), OptionError)
    assert.equal(gate.count, 0)
  })
})

describe('Holder', () => {
  it('leaves once, however often it is disposed of', () => {
    const gate = new Gate()
    const holder = gate.hold()
    gate.enter()
    holder[Symbol.dispose]()
    holder.leave()
    assert.equal(gate.count, 1)
  })

  it('can be copied after close, which then waits for the copy', async () => {
    const gate = new Gate()
    const holder = gate.hold()
    const closed = gate.close()
    const copy = holder.hold()
    holder.leave()
    assert.ok(closed.isPending)
    copy.leave()
    await closed
  })

  it('cannot be copied when it has left', () => {
    const holder = new Gate().hold()
    holder.leave()
    assert.throws(() => holder.hold(), ClosedError)
  })
})

describe('Gate.close', () => {
  it('takes the timer off when everybody has left in time', async () => {
    const clock = new ManualClock()
    const gate = new Gate()
    gate.enter()
    const closed = gate.close({ timeoutMs: 10, clock })
    gate.leave()
    assert.equal(clock.pendingTimers, 0)
    await closed.catchType(TimeoutError, assert.fail)
  })
})
