import uws from 'uwebsockets'

const INTEGER = /^-?\d+$/

function sendJson(response, value) {
  response.writeHeader('content-type', 'application/json').end(JSON.stringify(value))
}

function refuse(response, status, detail) {
  response
    .writeStatus(status)
    .writeHeader('content-type', 'application/json')
    .end(JSON.stringify({ detail }))
}

function isOrder(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.customer === 'string' &&
    value.customer.length > 0 &&
    value.customer.length <= 100 &&
    typeof value.email === 'string' &&
    Array.isArray(value.items) &&
    value.items.every(
      (item) =>
        typeof item === 'object' &&
        item !== null &&
        typeof item.sku === 'string' &&
        Number.isInteger(item.quantity) &&
        item.quantity >= 1 &&
        typeof item.price === 'number',
    )
  )
}

const app = uws.App()

app.get('/', (response) => {
  sendJson(response, { message: 'Hello, World!' })
})

app.get('/users/:user/orders/:order', (response, request) => {
  const user = request.getParameter(0)
  const order = request.getParameter(1)
  const limit = Number(request.getQuery('limit') ?? 10)
  const q = request.getQuery('q')
  if (!INTEGER.test(user) || !INTEGER.test(order)) {
    return refuse(response, '422 Unprocessable Content', 'params')
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    return refuse(response, '422 Unprocessable Content', 'limit')
  }
  sendJson(response, { user: Number(user), order: Number(order), limit, q })
})

app.post('/users/:user/orders/:order', (response, request) => {
  const user = request.getParameter(0)
  const order = request.getParameter(1)
  let body
  let isAborted = false
  response.onAborted(() => {
    isAborted = true
  })
  response.onData((chunk, isLast) => {
    // The chunk is valid during this call only: an early one is copied, the usual only one is not.
    const bytes = Buffer.from(chunk)
    if (!isLast) {
      body = body === undefined ? Buffer.from(bytes) : Buffer.concat([body, bytes])
      return
    }
    if (isAborted) return
    const text = (body === undefined ? bytes : Buffer.concat([body, bytes])).toString('utf8')
    response.cork(() => createOrder(response, user, order, text))
  })
})

function createOrder(response, user, order, text) {
  if (!INTEGER.test(user) || !INTEGER.test(order)) {
    return refuse(response, '422 Unprocessable Content', 'params')
  }
  let value
  try {
    value = JSON.parse(text)
  } catch {
    return refuse(response, '400 Bad Request', 'not JSON')
  }
  if (!isOrder(value)) return refuse(response, '422 Unprocessable Content', 'not an order')
  const { customer, items } = value
  let total = 0
  for (const item of items) total += item.quantity * item.price
  sendJson(response, {
    user: Number(user),
    order: Number(order),
    customer,
    items: items.map(({ sku, quantity, price }) => ({ sku, quantity, price })),
    total,
  })
}

app.listen('127.0.0.1', 0, (socket) => {
  const port = uws.us_socket_local_port(socket)
  console.log(JSON.stringify({ port, runtime: `node ${process.version}` }))
})
