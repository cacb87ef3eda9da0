import { HttpError, HttpServer } from '../../src/http/index.ts'
import { broadcast, webSocketHandler } from '../../src/websocket/index.ts'

const echo = webSocketHandler((socket) => {
  socket.onMessage((message) => socket.send(message))
})
const feed = webSocketHandler((socket) => {
  socket.subscribe('feed')
  socket.onMessage((message) => broadcast('feed', message))
})

const server = await new HttpServer((request) => {
  if (request.path === '/echo') return echo(request)
  if (request.path === '/feed') return feed(request)
  throw new HttpError(404)
}).listen({ port: 0, host: '127.0.0.1' })

process.stdout.write(`${JSON.stringify({ port: server.port })}\n`)
