import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { Redis } from 'ioredis'
import { OptionError } from '../../../src/core/errors.ts'
import {
  type BridgeOptions,
  type RedisClient,
  redisBridge,
  type TopicBridge,
  type TopicGap,
} from '../../../src/websocket/index.ts'
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts'
import { type BridgeProcess, startBridgeProcess } from '../support/bridge-process.ts'
import { FeedSocket } from '../support/feed-socket.ts'

const skip = hasRedis ? false : 'there is no redis-server in PATH'

async function until(condition: () => boolean): Promise<void> {
  for (const startMs = performance.now(); !condition(); await new Promise(setImmediate)) {
    assert.ok(performance.now() - startMs < 15_000, String(condition))
  }
}

describe('redisBridge with ioredis', { skip }, () => {
  let redis: TestRedis

  before(async () => {
    redis = await startRedis()
  })
  after(() => redis?.stop())

  const connect = (): Redis => {
    const client = new Redis(redis.port, '127.0.0.1', { retryStrategy: () => 20 })
    client.on('error', () => {})
    return client
  }

  it('brings messages to the sockets of other processes, in order', async () => {
    const env = { BRIDGE_REDIS_PORT: String(redis.port) }
    const processes: BridgeProcess[] = [
      await startBridgeProcess(env),
      await startBridgeProcess(env),
    ]
    const [a, b] = await Promise.all(processes.map(({ port }) => FeedSocket.open(port)))
    assert.ok(a !== undefined && b !== undefined)
    const sent = ['first', 'κόσμε \0 "', 'x'.repeat(300_000), '', Buffer.from([0, 1, 255])]
    for (const message of sent) a.send(message)
    assert.deepEqual(await b.take(sent.length), sent)
    for (let index = 0; index < 1000; index++) b.send(String(index))
    assert.deepEqual(
      await a.take(1000),
      Array.from({ length: 1000 }, (_, index) => String(index)),
    )
    await a.close()
    await b.close()
    for (const each of processes) assert.equal(await each.stop(), 0)
  })

  it('goes on after cut connections and a restart, tells the gap, and keeps what waits', async () => {
    const clients = [connect(), connect()] as const
    const received: unknown[] = []
    const gaps: TopicGap[] = []
    const [a, b] = clients.map((client) =>
      redisBridge(client, { onGap: (gap) => gaps.push(gap) }),
    ) as [TopicBridge, TopicBridge]
    await a.open({ processKey: 'a', deliver() {} })
    await b.open({ processKey: 'b', deliver: (topic, message) => received.push([topic, message]) })
    a.publish('t', '1')
    await until(() => received.length === 1)

    await clients[0].call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await until(() => gaps.length === 2)
    a.publish('t', '2')
    await until(() => received.length === 2)

    await redis.stop()
    await until(() => !b.stats().isConnected)
    a.publish('t', '3')
    await redis.start()
    await until(() => gaps.length >= 4 && b.stats().isConnected && a.stats().sent === 3)
    // What was sent before the other listened again is gone, which it was told.
    a.publish('t', '4')
    await until(() => received.at(-1)?.toString() === 't,4')
    await a.close()
    await b.close()
    for (const client of clients) client.disconnect()
  })

  it('leaves the client as it was when it is closed', async () => {
    const client = connect()
    const subscriber = connect()
    const bridge = redisBridge(client, { subscriber, channel: 'own' })
    await bridge.open({ processKey: 'a', deliver() {} })
    await bridge.close()
    assert.deepEqual(await client.pubsub('CHANNELS', 'own'), [])
    assert.equal(subscriber.listenerCount('message'), 0)
    assert.equal(subscriber.status, 'ready')
    client.disconnect()
    subscriber.disconnect()
  })
})

/** The least that a client has to be. */
class TinyClient extends EventEmitter implements RedisClient {
  readonly published: string[] = []
  readonly subscribed: string[] = []
  refuses = false

  async publish(_channel: string, message: string): Promise<void> {
    if (this.refuses) throw new Error('offline')
    this.published.push(message)
  }

  async subscribe(channel: string): Promise<void> {
    if (this.refuses) throw new Error('offline')
    this.subscribed.push(channel)
  }

  async unsubscribe(channel: string): Promise<void> {
    this.subscribed.splice(this.subscribed.indexOf(channel), 1)
  }
}

describe('redisBridge', () => {
  const openTiny = async (
    options: BridgeOptions,
  ): Promise<{ bridge: TopicBridge; client: TinyClient; received: unknown[] }> => {
    const client = new TinyClient()
    const received: unknown[] = []
    const bridge = redisBridge(client, { ...options, subscriber: client })
    await bridge.open({ processKey: 'a', deliver: (...message) => received.push(message) })
    return { bridge, client, received }
  }

  it('needs no more of a client than it says', async () => {
    const gaps: TopicGap[] = []
    const { bridge, client, received } = await openTiny({ onGap: (gap) => gaps.push(gap) })
    client.emit('message', 'fasterapi:topics', '["b/1",1,"t",0,0,1,"hello"]')
    client.emit('message', 'another', '["b/1",2,"t",0,0,1,"hello"]')
    assert.deepEqual(received, [['t', 'hello']])

    const cause = new Error('reset')
    client.emit('error', cause)
    client.emit('close')
    assert.equal(bridge.stats().isConnected, false)
    client.refuses = true
    client.emit('ready')
    bridge.publish('t', 'held')
    await until(() => bridge.stats().retries > 0)
    assert.deepEqual([gaps, client.published], [[], []])
    client.refuses = false
    client.emit('ready')
    await until(() => client.published.length === 1)
    assert.deepEqual(gaps, [{ cause }])
    await bridge.close()
    assert.deepEqual(client.eventNames(), [])
  })

  it('fails to open when it cannot subscribe, and leaves nothing behind', async () => {
    const client = new TinyClient()
    client.refuses = true
    const bridge = redisBridge(client, { subscriber: client })
    await assert.rejects(async () => bridge.open({ processKey: 'a', deliver() {} }), /offline/)
    assert.deepEqual(client.eventNames(), [])
  })

  it('refuses a client that cannot be duplicated, and options it does not know', () => {
    const client = new TinyClient()
    assert.throws(() => redisBridge(client), OptionError)
    assert.throws(() => redisBridge(client, { subscriber: client, topic: 1 } as never), OptionError)
    assert.throws(() => redisBridge(client, { subscriber: client, channel: '' }), OptionError)
  })
})
