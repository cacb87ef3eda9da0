import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  type Future,
  LimitError,
  OptionError,
  TimeoutError,
  whenAll,
} from '../../src/future/index.ts'
import { HttpError } from '../../src/http/index.ts'
import { PgConnectionError, PgError } from '../../src/pg/index.ts'
import {
  coreCount,
  MessageError,
  ownCore,
  registerErrorClasses,
  remote,
  ServiceGroup,
  sendTo,
  submitTo,
  UnknownRemoteError,
} from '../../src/reactor/index.ts'
import { MeshWorkers } from '../support/mesh-workers.ts'
import { bounce, functions } from './fixtures/remotes.ts'

const MODULE = new URL('./fixtures/remotes.ts', import.meta.url)

/** Waits until what was sent to a core one-way has arrived there. */
async function notedBy(core: number): Promise<unknown[]> {
  return await submitTo(core, functions.noted)
}

describe('submitTo', () => {
  let workers: MeshWorkers

  before(async () => {
    workers = await MeshWorkers.start({ count: 3, module: MODULE })
  })
  after(() => workers.stop())

  it('calls a function on each core, the own one included', async () => {
    for (let core = 0; core <= 3; core++)
      assert.equal(await submitTo(core, functions.whereAmI), core)
    assert.equal(ownCore(), 3)
    assert.equal(coreCount(), 3)
  })

  it('is ready at once on the own core, with the very value', () => {
    const value = { map: new Map() }
    assert.equal(submitTo(3, functions.echo, value).get(), value)
  })

  it('waits for a future that the function returns', async () => {
    assert.equal(await submitTo(1, functions.later, 5, 'late'), 'late')
  })

  const VALUES: Readonly<Record<string, unknown>> = {
    'a tree': { a: [1, 'two', { three: 3n }], d: new Date(5), u: undefined },
    'a Map of Sets': new Map([['k', new Set([1, 2])]]),
    'a megabyte of text': 'ab'.repeat(512 * 1_024),
    'a megabyte of bytes': new Uint8Array(1_024 * 1_024).fill(7),
    'other arrays of numbers': new Float64Array([0.5, 2]),
    'a regular expression': /a+/gi,
  }
  for (const [name, value] of Object.entries(VALUES)) {
    it(`takes and gives back ${name}`, async () => {
      assert.deepStrictEqual(await submitTo(2, functions.echo, value), value)
    })
  }

  it('keeps a ring of references, and shares shared memory', async () => {
    const ring: unknown[] = []
    ring.push(ring)
    const received = (await submitTo(0, functions.echo, ring)) as unknown[]
    assert.equal(received[0], received)
    const shared = new Int32Array(new SharedArrayBuffer(4))
    const same = (await submitTo(0, functions.echo, shared)) as Int32Array
    same[0] = 9
    assert.equal(shared[0], 9)
  })

  it('keeps the order of calls, whatever way their values take', async () => {
    for (let i = 0; i < 50; i++) {
      sendTo(1, functions.note, i % 3 === 0 ? new Map([[i, i]]) : i).ignore()
      if (i % 7 === 0) sendTo(1, functions.note, 'x'.repeat(300_000)).ignore()
    }
    const noted = (await notedBy(1)).filter((value) => typeof value !== 'string')
    assert.deepEqual(
      noted.map((value) => (value instanceof Map ? value.get([...value.keys()][0]) : value)),
      Array.from({ length: 50 }, (_, i) => i),
    )
  })

  it('fails with the error of the function: class, code, fields and all', async () => {
    await assert.rejects(submitTo(1, functions.failWithTimeout).toPromise(), (error) => {
      assert.ok(error instanceof TimeoutError)
      assert.equal(error.code, 'CORE_TIMEOUT')
      assert.equal(error.timeoutMs, 17)
      assert.match(error.message, /The remote work/)
      return true
    })
  })

  it('keeps name, code, fields, cause and stack of an error of any other class', async () => {
    const failed = submitTo(1, functions.failWithUnknownKind)
    await assert.rejects(failed.toPromise(), (error) => {
      assert.ok(error instanceof Error)
      const { name, message, cause, stack } = error
      const { code, detail } = error as unknown as Record<string, unknown>
      assert.deepEqual([name, message, code], ['UnknownKindError', 'it broke', 'TEST_UNKNOWN'])
      assert.deepEqual(detail, { limits: [1, 2] })
      assert.ok(cause instanceof RangeError)
      assert.match(String(stack), /remotes\.ts/)
      return true
    })
  })

  it('makes instances of classes that are registered', async () => {
    class UnknownKindError extends Error {}
    registerErrorClasses(UnknownKindError)
    await assert.rejects(submitTo(2, functions.failWithUnknownKind).toPromise(), UnknownKindError)
  })

  it('makes instances of the classes of modules that are loaded', async () => {
    await assert.rejects(submitTo(1, functions.failWithHttp).toPromise(), (error) => {
      assert.ok(error instanceof HttpError)
      assert.deepEqual(
        [error.status, error.detail, error.headers],
        [409, { reason: 'taken' }, { 'retry-after': '5' }],
      )
      return true
    })
    await assert.rejects(submitTo(1, functions.failWithPg).toPromise(), (error) => {
      assert.ok(error instanceof PgConnectionError)
      assert.ok(error.cause instanceof AggregateError)
      const [refusal] = error.cause.errors as unknown[]
      assert.ok(refusal instanceof PgError)
      assert.deepEqual([refusal.sqlState, refusal.query], ['23505', 'insert into t values (1)'])
      return true
    })
  })

  it('fails with what was thrown, even if that is no error', async () => {
    await assert.rejects(submitTo(1, functions.failWithText).toPromise(), (reason) => {
      return reason === 'just text'
    })
  })

  it('names the function that a core does not know', async () => {
    const here = remote('test/only-here', () => 1)
    await assert.rejects(submitTo(1, here).toPromise(), (error) => {
      assert.ok(error instanceof UnknownRemoteError)
      assert.equal(error.remote, 'test/only-here')
      assert.equal(error.core, 1)
      return true
    })
  })

  it('fails if an argument or the result cannot be sent, and nothing else does', async () => {
    await assert.rejects(submitTo(1, functions.echo, () => 1).toPromise(), MessageError)
    await assert.rejects(submitTo(1, functions.giveFunction).toPromise(), MessageError)
    assert.equal(await submitTo(1, functions.add, 1, 1), 2)
  })

  it('gives up after timeoutMs, and drops the late reply', async () => {
    const late = submitTo({ core: 1, timeoutMs: 5 }, functions.later, 30, 'late')
    await assert.rejects(late.toPromise(), TimeoutError)
    assert.equal(await submitTo(1, functions.later, 40, 'later'), 'later')
  })

  it('gives up when its signal fires, and does not call if it has fired before', async () => {
    const controller = new AbortController()
    const waiting = submitTo({ core: 1, signal: controller.signal }, functions.never)
    const reason = new Error('enough')
    controller.abort(reason)
    await assert.rejects(waiting.toPromise(), reason)
    const after = submitTo({ core: 1, signal: controller.signal }, functions.note, 'never')
    await assert.rejects(after.toPromise(), reason)
    assert.deepEqual(await notedBy(1), [])
  })

  it('lets calls go in circles, many at once, without a deadlock', async () => {
    const circles = Array.from({ length: 500 }, () => submitTo(0, bounce, 20, [0, 1, 2]))
    for (const circle of circles) assert.equal(await circle, 20)
  })

  const BAD: Readonly<Record<string, () => unknown>> = {
    'a core that is none': () => submitTo(4, functions.whereAmI),
    'a negative core': () => submitTo(-1, functions.whereAmI),
    'half a core': () => submitTo(0.5, functions.whereAmI),
    'a plain function': () => submitTo(0, (() => 1) as never),
    'an unknown option': () => submitTo({ core: 0, timeout: 1 } as never, functions.whereAmI),
    'no options': () => submitTo(null as never, functions.whereAmI),
    'a negative timeout': () => submitTo({ core: 0, timeoutMs: -1 }, functions.whereAmI),
    'a queue timeout that is no number': () =>
      submitTo({ core: 0, queueTimeoutMs: Number.NaN }, functions.whereAmI),
    'a signal that is none': () => submitTo({ core: 0, signal: {} as never }, functions.whereAmI),
    'a group that is none': () => submitTo({ core: 0, group: {} as never }, functions.whereAmI),
    'sendTo a core that is none': () => sendTo(9, functions.whereAmI),
    'a group without a limit': () => new ServiceGroup({} as never),
    'a group for nobody': () => new ServiceGroup({ concurrency: 0 }),
  }
  for (const [name, call] of Object.entries(BAD)) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(async () => await call(), OptionError)
    })
  }
})

describe('sendTo', () => {
  let workers: MeshWorkers
  const maxQueuedBytes = 200_000

  before(async () => {
    workers = await MeshWorkers.start({
      count: 1,
      module: MODULE,
      memory: { ringBytes: 4_096 },
      mesh: { maxQueuedBytes, maxInFlight: 100 },
    })
  })
  after(() => workers.stop())

  it('is ready at once while there is room in the ring', () => {
    assert.ok(sendTo(0, functions.note, 1).isReady)
  })

  it('becomes ready when the message is in the ring, and loses nothing', async () => {
    await notedBy(0)
    let pending = 0
    for (let i = 0; i < 2_000; i++) {
      const sent = sendTo(0, functions.note, i)
      // Nothing is published before the turn ends, so the ring is full sooner or later.
      if (sent.isReady) continue
      pending++
      await sent
    }
    assert.ok(pending > 0)
    assert.deepEqual(
      await notedBy(0),
      Array.from({ length: 2_000 }, (_, i) => i),
    )
  })

  it('fails when more waits than may, and what was taken before arrives', async () => {
    const text = 'x'.repeat(1_000)
    const taken = [sendTo(0, functions.note, text)]
    let refused: Future<void> | undefined
    while (refused === undefined) {
      const sent = sendTo(0, functions.note, text)
      if (sent.isFailed) refused = sent
      else taken.push(sent)
    }
    await assert.rejects(refused.toPromise(), { name: 'LimitError', limit: maxQueuedBytes })
    assert.ok(taken.length >= maxQueuedBytes / 1_100)
    assert.ok(workers.mesh.stats().queued > 0)
    await whenAll(taken)
    assert.equal((await notedBy(0)).length, taken.length)
    assert.equal(workers.mesh.stats().queued, 0)
  })

  it('limits the calls that wait for a reply', async () => {
    const calls = Array.from({ length: 101 }, () => submitTo(0, functions.later, 5, 'x'))
    const last = calls.pop()
    await assert.rejects(async () => await last, LimitError)
    for (const call of calls) assert.equal(await call, 'x')
    assert.equal(workers.mesh.stats().inFlight, 0)
  })
})
