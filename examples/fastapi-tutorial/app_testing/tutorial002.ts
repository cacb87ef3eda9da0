import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/', () => ({ msg: 'Hello World' }))

app.websocket('/ws', (socket) => {
  void socket.send(JSON.stringify({ msg: 'Hello WebSocket' }))
  void socket.close()
})
