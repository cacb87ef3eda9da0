import assert from 'node:assert/strict'
import { once } from 'node:events'
import * as net from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { HandleWriter } from '../../src/net/handle-writer.ts'

describe('HandleWriter', () => {
  it('writes text to plain sockets of this Node', async (t) => {
    const { client, accepted } = await openPair(t)
    const writer = HandleWriter.of(accepted, () => {})
    assert.ok(writer !== undefined, 'handles of this Node are not what they were')
    assert.equal(writer.write('past the stream'), true)
    const [chunk] = await once(client, 'data')
    assert.equal(String(chunk), 'past the stream')
    assert.equal(writer.bufferedBytes, 0)
  })

  it('counts what waits, and tells when nothing does', async (t) => {
    const { client, accepted } = await openPair(t)
    client.pause()
    let onDrain = (): void => {}
    const drained = new Promise<void>((resolve) => {
      onDrain = resolve
    })
    const writer = HandleWriter.of(accepted, () => onDrain())
    const waiting = (): number => writer?.bufferedBytes ?? Number.NaN
    for (let sent = 0; waiting() === 0 && sent < 1000; sent++) writer?.write('x'.repeat(100_000))
    assert.ok(waiting() > 0)
    client.resume()
    await drained
    assert.equal(waiting(), 0)
  })

  it('leaves text to the stream while that has something to write', async (t) => {
    const { client, accepted } = await openPair(t)
    const writer = HandleWriter.of(accepted, () => {})
    client.pause()
    while (accepted.writableLength === 0) accepted.write(Buffer.alloc(100_000))
    assert.equal(writer?.write('too early'), false)
  })

  it('is not there for handles that are not plain', () => {
    assert.equal(
      HandleWriter.of(new net.Socket(), () => {}),
      undefined,
    )
  })
})

/** Two ends of a connection, closed when the test is over, however it ends. */
async function openPair(t: TestContext): Promise<{ client: net.Socket; accepted: net.Socket }> {
  const server = net.createServer().listen({ port: 0, host: '127.0.0.1' })
  t.after(() => server.close())
  await once(server, 'listening')
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  t.after(() => client.destroy())
  const [accepted] = (await once(server, 'connection')) as [net.Socket]
  t.after(() => accepted.destroy())
  return { client, accepted }
}
