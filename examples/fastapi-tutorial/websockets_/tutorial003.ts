import { App, broadcast, html } from '../../../src/index.ts'

const page = `<!DOCTYPE html>
<title>Chat</title>
<h1>WebSocket Chat</h1>
<h2>Your ID: <span id="id"></span></h2>
<form id="form"><input id="text" autocomplete="off" /><button>Send</button></form>
<ul id="messages"></ul>
<script>
  const [id, form, text, messages] = ['id', 'form', 'text', 'messages'].map((name) =>
    document.getElementById(name),
  )
  id.textContent = Date.now()
  const socket = new WebSocket('/ws/' + id.textContent)
  socket.onmessage = ({ data }) => {
    const item = document.createElement('li')
    item.textContent = data
    messages.append(item)
  }
  form.onsubmit = (event) => {
    event.preventDefault()
    socket.send(text.value)
    text.value = ''
  }
</script>
`

export const app = new App()

app.get('/', { mediaType: 'text/html' }, () => html(page))

app.websocket('/ws/{client_id:int}', async (socket, { client_id }) => {
  socket.subscribe('chat') // on all cores, and across machines with a bridge
  for await (const message of socket) {
    await socket.send(`You wrote: ${String(message)}`)
    broadcast('chat', `Client #${client_id} says: ${String(message)}`)
  }
  broadcast('chat', `Client #${client_id} left the chat`)
})
