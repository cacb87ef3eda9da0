/** What the processes and reactors of the tests of bridges run. */
import { isMainThread } from 'node:worker_threads'
import { Redis } from 'ioredis'
import { App } from '../../../src/app/index.ts'
import { PgPool } from '../../../src/pg/index.ts'
import { Reactor } from '../../../src/reactor/index.ts'
import { postgresBridge, redisBridge, topicBridgeStats } from '../../../src/websocket/index.ts'

const { coreId } = Reactor.current
const databaseUrl = process.env['BRIDGE_DATABASE_URL']
const redisPort = process.env['BRIDGE_REDIS_PORT']
const app = new App()
let gaps = 0
const onGap = (): number => gaps++

if (databaseUrl !== undefined) {
  const pool = new PgPool(databaseUrl)
  app.bridgeTopics(() => postgresBridge(pool, { onGap }))
  app.onStop(() => pool.close())
} else {
  const client = new Redis(Number(redisPort), '127.0.0.1', { retryStrategy: () => 20 })
  client.on('error', () => {})
  app.bridgeTopics(() => redisBridge(client, { onGap }))
  app.onStop(() => client.disconnect())
}

app.websocket('/feed', (socket) => {
  socket.subscribe('feed')
  socket.send(String(coreId)).ignore()
  socket.onMessage((message) => {
    if (message === 'stats') socket.send(JSON.stringify({ ...topicBridgeStats(), gaps })).ignore()
    else socket.publish('feed', message)
  })
})

if (isMainThread) {
  const server = await app.listen({ port: 0, host: '127.0.0.1' })
  console.log(server.port)
  process.once('SIGTERM', () => void server.close())
} else await app.listen()
