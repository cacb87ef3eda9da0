import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
const subscribers = new Set()

server.on('connection', (socket, request) => {
  if (request.url === '/feed') {
    subscribers.add(socket)
    socket.on('close', () => subscribers.delete(socket))
    socket.on('message', (data, isBinary) => {
      for (const each of subscribers) each.send(data, { binary: isBinary })
    })
    return
  }
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
})

server.on('listening', () => {
  const { port } = server.address()
  console.log(JSON.stringify({ port, runtime: `node ${process.version}` }))
})
