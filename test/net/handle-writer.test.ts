import assert from 'node:assert/strict'
import { once } from 'node:events'
import * as net from 'node:net'
import { describe, it } from 'node:test'
import { HandleWriter } from '../../src/net/handle-writer.ts'

describe('HandleWriter', () => {
  it('writes text to plain sockets of this Node', async () => {
    const { client, accepted, close } = await openPair()
    const writer = HandleWriter.of(accepted, () => {})
    assert.ok(writer !== undefined, 'handles of this Node are not what they were')
    assert.equal(writer.write('past the stream'), true)
    const [chunk] = await once(client, 'data')
    assert.equal(String(chunk), 'past the stream')
    assert.equal(writer.bufferedBytes, 0)
    close()
  })

  it('counts what waits, and tells when nothing does', async () => {
    const { client, accepted, close } = await openPair()
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
    close()
  })

  it('leaves text to the stream while that has something to write', async () => {
    const { client, accepted, close } = await openPair()
    const writer = HandleWriter.of(accepted, () => {})
    client.pause()
    while (accepted.writableLength === 0) accepted.write(Buffer.alloc(100_000))
    assert.equal(writer?.write('too early'), false)
    close()
  })

  it('is not there for handles that are not plain', () => {
    assert.equal(
      HandleWriter.of(new net.Socket(), () => {}),
      undefined,
    )
  })
})

async function openPair(): Promise<{
  client: net.Socket
  accepted: net.Socket
  close: () => void
}> {
  const server = net.createServer().listen({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  const [accepted] = (await once(server, 'connection')) as [net.Socket]
  const close = (): void => {
    client.destroy()
    accepted.destroy()
    server.close()
  }
  return { client, accepted, close }
}
