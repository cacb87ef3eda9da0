import { App, cookie, dep, HttpError, html, int, optional, query, str } from '../../../src/index.ts'

const page = `<!DOCTYPE html>
<title>Chat</title>
<h1>WebSocket Chat</h1>
<form id="connect">
  <label>Item ID: <input name="item" value="foo" /></label>
  <label>Token: <input name="token" value="some-key-token" /></label>
  <button>Connect</button>
</form>
<form id="form"><label>Message: <input id="text" /></label><button>Send</button></form>
<ul id="messages"></ul>
<script>
  const [connect, form, text, messages] = ['connect', 'form', 'text', 'messages'].map((id) =>
    document.getElementById(id),
  )
  let socket
  connect.onsubmit = (event) => {
    event.preventDefault()
    const { item, token } = Object.fromEntries(new FormData(connect))
    socket = new WebSocket('/items/' + item + '/ws?' + new URLSearchParams({ token }))
    socket.onmessage = ({ data }) => {
      const line = document.createElement('li')
      line.textContent = data
      messages.append(line)
    }
  }
  form.onsubmit = (event) => {
    event.preventDefault()
    socket?.send(text.value)
    text.value = ''
  }
</script>
`

const cookieOrToken = dep(
  { session: cookie(optional(str())), token: query(optional(str())) },
  ({ session, token }) => {
    const found = session ?? token
    if (found === undefined) throw new HttpError(403, 'Neither a cookie nor a token')
    return found
  },
)

export const app = new App()

app.get('/', { mediaType: 'text/html' }, () => html(page))

app.websocket(
  '/items/{item_id}/ws',
  { in: { q: query(optional(int())), cookieOrToken } },
  async (socket, { item_id, q, cookieOrToken }) => {
    for await (const message of socket) {
      await socket.send(`Session cookie or query token value is: ${cookieOrToken}`)
      if (q !== undefined) await socket.send(`Query parameter q is: ${q}`)
      await socket.send(`Message text was: ${String(message)}, for item ID: ${item_id}`)
    }
  },
)
