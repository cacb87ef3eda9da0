import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { App, type AppServer } from '../../../src/app/index.ts'
import { ClosedError, OptionError } from '../../../src/core/errors.ts'
import { PgConnectionError, PgPool } from '../../../src/pg/index.ts'
import { postgresBridge } from '../../../src/websocket/index.ts'
import { startPostgres, type TestServer } from '../../support/postgres.ts'
import { BRIDGE_APP, type BridgeProcess, startBridgeProcess } from '../support/bridge-process.ts'
import { FeedSocket } from '../support/feed-socket.ts'

describe('postgresBridge', () => {
  let postgres: TestServer
  let reactors: AppServer
  let other: BridgeProcess

  before(async () => {
    postgres = await startPostgres()
    process.env['BRIDGE_DATABASE_URL'] = postgres.url
    const options = { port: 0, host: '127.0.0.1', reactors: 2, module: BRIDGE_APP }
    reactors = await new App().listen(options)
    other = await startBridgeProcess({ BRIDGE_DATABASE_URL: postgres.url })
  })

  after(async () => {
    delete process.env['BRIDGE_DATABASE_URL']
    await reactors.close()
    assert.equal(await other.stop(), 0)
    await postgres.remove()
  })

  /** One socket on each core of this process, and one of the other process. */
  async function openAll(): Promise<[FeedSocket, FeedSocket, FeedSocket]> {
    const first = await FeedSocket.open(reactors.port)
    for (let attempt = 0; attempt < 500; attempt++) {
      const second = await FeedSocket.open(reactors.port)
      if (second.core !== first.core) return [first, second, await FeedSocket.open(other.port)]
      await second.close()
    }
    throw new Error('One core got all connections')
  }

  const closeAll = async (sockets: readonly FeedSocket[]): Promise<void> => {
    await Promise.all(sockets.map((socket) => socket.close()))
  }

  it('brings each message once to the sockets of all cores of all processes, in order', async () => {
    const [a, b, c] = await openAll()
    const sent = ['first', 'κόσμε \0 "', 'x'.repeat(30_000), '', Buffer.from([0, 1, 255]), 'last']
    for (const message of sent) a.send(message)
    for (const socket of [b, c]) assert.deepEqual(await socket.take(sent.length), sent)
    for (const message of sent) c.send(message)
    for (const socket of [a, b]) assert.deepEqual(await socket.take(sent.length), sent)
    // Nothing came twice: what comes next is what is sent next.
    b.send('next')
    for (const socket of [a, c]) assert.deepEqual(await socket.take(1), ['next'])
    await closeAll([a, b, c])
  })

  it('carries a thousand messages of each of three senders in their order', async () => {
    const sockets = await openAll()
    for (let index = 0; index < 1000; index++) {
      for (const [sender, socket] of sockets.entries()) socket.send(`${sender} ${index}`)
    }
    for (const [own, socket] of sockets.entries()) {
      const received = (await socket.take(2000)).map(String)
      for (const sender of [0, 1, 2]) {
        if (sender === own) continue
        assert.deepEqual(
          received.filter((text) => text.startsWith(`${sender} `)),
          Array.from({ length: 1000 }, (_, index) => `${sender} ${index}`),
        )
      }
    }
    await closeAll(sockets)
  })

  it('goes on when its connections are ended, and tells the gap', async () => {
    const sockets = await openAll()
    const [a, b, c] = sockets
    const pool = new PgPool(postgres.url)
    await pool.exec(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
    )
    await pool.close()
    for (const socket of sockets) {
      for (let gaps = 0; gaps === 0; ) {
        socket.send('stats')
        const [stats] = await socket.take(1)
        gaps = (JSON.parse(String(stats)) as { gaps: number }).gaps
      }
    }
    a.send('again')
    for (const socket of [b, c]) assert.deepEqual(await socket.take(1), ['again'])
    c.send('and back')
    for (const socket of [a, b]) assert.deepEqual(await socket.take(1), ['and back'])
    await closeAll(sockets)
  })

  it('keeps what is published during a restart of the server', async () => {
    const sockets = await openAll()
    const [a, b, c] = sockets
    await postgres.stop()
    for (const text of ['1', '2', '3']) a.send(text)
    assert.deepEqual(await b.take(3), ['1', '2', '3'])
    await postgres.start()
    // The other process may listen again later than they are sent: then it has been told of a gap.
    for (let connected = false; !connected; ) {
      c.send('stats')
      let text = String((await c.take(1))[0])
      while (!text.startsWith('{')) text = String((await c.take(1))[0])
      connected = (JSON.parse(text) as { isConnected: boolean }).isConnected
    }
    a.send('after')
    let [last] = await c.take(1)
    while (last !== 'after') [last] = await c.take(1)
    await closeAll(sockets)
  })

  it('keeps the app from starting when the database cannot be reached', async () => {
    const url = new URL(postgres.url)
    url.port = '1'
    const pool = new PgPool(url.href)
    const app = new App()
    app.bridgeTopics(() => postgresBridge(pool))
    await assert.rejects(app.start().toPromise(), PgConnectionError)
    await pool.close()
    await assert.rejects(app.start().toPromise(), ClosedError)
  })

  it('takes one bridge, and options it knows', async () => {
    const pool = new PgPool(postgres.url)
    assert.throws(() => postgresBridge(pool, { topic: 'x' } as never), OptionError)
    assert.throws(() => postgresBridge(pool, { channel: '' }), OptionError)
    const app = new App()
    assert.throws(() => app.bridgeTopics(7 as never), OptionError)
    app.bridgeTopics(() => postgresBridge(pool))
    assert.throws(() => app.bridgeTopics(() => postgresBridge(pool)), OptionError)
    await pool.close()
  })
})
