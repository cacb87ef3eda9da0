import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { App, type AppServer } from '../../src/app/index.ts'
import { describeFrame, text } from './support/frames.ts'
import { RawSocket } from './support/raw-socket.ts'

const FEED = new URL('support/feed-app.ts', import.meta.url)

/** Opens sockets until each of two cores has two of them. */
async function openOnBoth(port: number): Promise<Map<string, RawSocket[]>> {
  const byCore = new Map<string, RawSocket[]>()
  for (let attempt = 0; attempt < 500; attempt++) {
    const raw = await RawSocket.open(port, '/feed')
    const [hello] = await raw.untilFrames(1)
    const core = hello?.payload.toString() ?? ''
    const others = byCore.get(core) ?? []
    if (others.length < 2) byCore.set(core, [...others, raw])
    else raw.socket.destroy()
    if ([...byCore.values()].filter((sockets) => sockets.length === 2).length === 2) return byCore
  }
  throw new Error('One core got all connections')
}

describe('topics across reactors', () => {
  let server: AppServer

  before(async () => {
    server = await new App().listen({ port: 0, host: '127.0.0.1', reactors: 2, module: FEED })
  })
  after(() => server.close())

  it('reach the sockets of all cores, in order, but not the sender', async () => {
    const byCore = await openOnBoth(server.port)
    const all = [...byCore.values()].flat()
    const [sender, ...others] = all
    assert.ok(sender !== undefined && others.length === 3)
    const sent = ['a', 'κόσμε', 'x'.repeat(100_000), '', 'last']
    sender.send(...sent.map((each) => text(each)))
    for (const raw of others) {
      const frames = await raw.untilFrames(1 + sent.length)
      assert.deepEqual(
        frames.slice(1).map(({ payload }) => payload.toString()),
        sent,
      )
    }
    const { sockets, messages } = server.webSocketStats()
    assert.ok(sockets.open >= 4 && sockets.total >= sockets.open)
    assert.ok(messages.sent >= 4 + 3 * sent.length, `${messages.sent} messages`)
    const byReactor = server.reactors.map(({ webSockets }) => webSockets?.sockets.total ?? 0)
    assert.ok(byReactor.every((total) => total >= 2))
    assert.equal(byReactor[0]! + byReactor[1]!, sockets.total)
    sender.send(text('all'))
    const answered = await sender.untilFrames(2)
    assert.equal(answered.at(-1)?.payload.toString(), 'from all')
    for (const raw of all) raw.socket.destroy()
  })

  it('end with 1001 on all cores when the server closes', async () => {
    const all = [...(await openOnBoth(server.port)).values()].flat()
    const closing = server.close()
    for (const raw of all) {
      const frames = await raw.untilFrames(2)
      assert.equal(describeFrame(frames[1]!), 'close:1001')
      raw.socket.end()
    }
    await closing
  })
})
