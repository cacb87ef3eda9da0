import assert from 'node:assert/strict'
import { once } from 'node:events'
import { ReadableStream } from 'node:stream/web'
import { after, before, describe, it } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { OptionError, whenAll } from '../../src/future/index.ts'
import { MessageError, submitTo } from '../../src/reactor/index.ts'
import { MeshWorkers } from '../support/mesh-workers.ts'
import { functions } from './fixtures/remotes.ts'

const MODULE = new URL('./fixtures/remotes.ts', import.meta.url)

describe('submitTo with transfer', () => {
  let workers: MeshWorkers

  before(async () => {
    workers = await MeshWorkers.start({ count: 2, module: MODULE })
  })
  after(() => workers.stop())

  it('moves a buffer, which is empty here at once', async () => {
    const buffer = new ArrayBuffer(3_000_000)
    const size = submitTo({ core: 1, transfer: [buffer] }, functions.sizeOf, buffer)
    assert.equal(buffer.byteLength, 0)
    assert.equal(await size, 3_000_000)
  })

  it('moves the memory of an array of bytes', async () => {
    const bytes = new Uint8Array([1, 2, 3])
    const sum = submitTo({ core: 0, transfer: [bytes.buffer] }, functions.sumOf, bytes)
    assert.equal(bytes.length, 0)
    assert.equal(await sum, 6)
  })

  it('moves ports and streams', async () => {
    const { port1, port2 } = new MessageChannel()
    const answered = once(port1, 'message')
    await submitTo({ core: 1, transfer: [port2] }, functions.answerThrough, port2, 'hello')
    assert.deepEqual(await answered, ['HELLO'])
    const stream = ReadableStream.from(['a', 'b', 'c'])
    const read = submitTo({ core: 1, transfer: [stream as never] }, functions.textOf, stream)
    assert.equal(await read, 'abc')
  })

  it('goes on with a reactor that has taken the place of another', async () => {
    await workers.kill(1)
    await workers.startCore(1)
    const buffer = new ArrayBuffer(8)
    assert.equal(await submitTo({ core: 1, transfer: [buffer] }, functions.sizeOf, buffer), 8)
  })

  it('keeps the order of calls, whether they move something or not', async () => {
    await workers.kill(1)
    await workers.startCore(1)
    // After the restart no port has been brought there yet.
    for (const round of ['without a way to move things', 'with one']) {
      const sent = Array.from({ length: 60 }, (_, index) => index)
      const calls = sent.map((index) => {
        const bytes = new Uint8Array(index + 1)
        const transfer = index % 3 === 1 ? [bytes.buffer] : undefined
        const options = transfer === undefined ? { core: 1 } : { core: 1, transfer }
        return submitTo(options, functions.note, bytes)
      })
      await whenAll(calls)
      const noted = (await submitTo(1, functions.noted)) as Uint8Array[]
      assert.deepEqual(
        noted.map(({ length }) => length - 1),
        sent,
        round,
      )
    }
  })

  it('refuses what cannot be moved, and works on', async () => {
    const buffer = new ArrayBuffer(4)
    const twice = submitTo({ core: 0, transfer: [buffer, buffer] }, functions.sizeOf, buffer)
    await assert.rejects(twice.toPromise(), MessageError)
    assert.equal(buffer.byteLength, 4)
    assert.equal(await submitTo({ core: 0, transfer: [buffer] }, functions.sizeOf, buffer), 4)
    assert.throws(
      () => submitTo({ core: 0, transfer: buffer as never }, functions.sizeOf, buffer),
      OptionError,
    )
  })

  it('names the argument that cannot be cloned, and where in it the culprit is', async () => {
    const call = (...args: [unknown]) => submitTo(1, functions.note, ...args).toPromise()
    const deep = { user: { name: 'x', hooks: [1, () => 1] } }
    await assert.rejects(call(deep), (error) => {
      assert.ok(error instanceof MessageError)
      assert.match(
        error.message,
        /^Argument 1 \(at \.user\.hooks\[1\]\) of "file:.*#note" cannot be sent to another core: /,
      )
      return true
    })
    await assert.rejects(call(Symbol('s')), /^MessageError: Argument 1 of "file:.*#note" cannot/)
    const { port1, port2 } = new MessageChannel()
    await assert.rejects(call({ port: port1 }), /Argument 1 \(at \.port\) of .*transfer/)
    port2.close()
  })
})
