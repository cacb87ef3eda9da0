import { App, html } from '../../../src/index.ts'

const page = `<!DOCTYPE html>
<title>Chat</title>
<h1>WebSocket Chat</h1>
<form id="form"><input id="text" autocomplete="off" /><button>Send</button></form>
<ul id="messages"></ul>
<script>
  const [form, text, messages] = ['form', 'text', 'messages'].map((id) => document.getElementById(id))
  const socket = new WebSocket('/ws')
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

app.websocket('/ws', async (socket) => {
  for await (const message of socket) await socket.send(`Message text was: ${String(message)}`)
})
