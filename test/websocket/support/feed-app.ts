/** What the reactors of the tests of topics run. */
import { App } from '../../../src/app/index.ts'
import { Reactor } from '../../../src/reactor/index.ts'
import { broadcast } from '../../../src/websocket/index.ts'

const { coreId } = Reactor.current
const app = new App()

app.websocket('/feed', (socket) => {
  socket.subscribe('feed')
  socket.send(String(coreId)).ignore()
  socket.onMessage((message) => {
    if (message === 'all') broadcast('feed', 'from all')
    else socket.publish('feed', message)
  })
})

await app.listen()
