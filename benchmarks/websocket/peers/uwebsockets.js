import uws from 'uwebsockets'

const app = uws.App()

app.ws('/echo', {
  maxPayloadLength: 1_048_576,
  message: (socket, message, isBinary) => {
    socket.send(message, isBinary)
  },
})

app.ws('/feed', {
  open: (socket) => {
    socket.subscribe('feed')
  },
  message: (_socket, message, isBinary) => {
    app.publish('feed', message, isBinary)
  },
})

app.listen('127.0.0.1', 0, (socket) => {
  const port = uws.us_socket_local_port(socket)
  console.log(JSON.stringify({ port, runtime: `node ${process.version}` }))
})
