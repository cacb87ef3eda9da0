import uws from 'uwebsockets'

const CHUNK = new Uint8Array(65_536).fill(120)
const CHUNKS = 1_600
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
  collect(response, (bytes) => createOrder(response, user, order, bytes.toString('utf8')))
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

/** Calls back with the whole body. A chunk is valid during its call only: all but a last one are copied. */
function collect(response, callback) {
  let body
  let isAborted = false
  response.onAborted(() => {
    isAborted = true
  })
  response.onData((chunk, isLast) => {
    const bytes = Buffer.from(chunk)
    if (!isLast) {
      body = body === undefined ? Buffer.from(bytes) : Buffer.concat([body, bytes])
      return
    }
    if (isAborted) return
    const whole = body === undefined ? bytes : Buffer.concat([body, bytes])
    response.cork(() => callback(whole))
  })
}

function isProduct(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.name === 'string' &&
    typeof value.price === 'number' &&
    value.price >= 0
  )
}

app.post('/users/:user/products/:product', (response, request) => {
  const user = request.getParameter(0)
  const product = request.getParameter(1)
  collect(response, (bytes) => {
    if (!INTEGER.test(user) || !INTEGER.test(product)) {
      return refuse(response, '422 Unprocessable Content', 'params')
    }
    let value
    try {
      value = JSON.parse(bytes.toString('utf8'))
    } catch {
      return refuse(response, '400 Bad Request', 'not JSON')
    }
    if (!isProduct(value)) return refuse(response, '422 Unprocessable Content', 'not a product')
    sendJson(response, { user: Number(user), name: value.name })
  })
})

app.post('/bytes', (response) => {
  collect(response, (bytes) => sendJson(response, { bytes: bytes.length }))
})

app.get('/download', (response) => {
  let sent = 0
  let isAborted = false
  response.onAborted(() => {
    isAborted = true
  })
  /** @returns whether there is room for more */
  const sendChunk = () => {
    let hasRoom = false
    response.cork(() => {
      hasRoom = response.write(CHUNK)
    })
    return hasRoom
  }
  const sendMore = () => {
    if (isAborted) return true
    for (let hasRoom = true; hasRoom && sent < CHUNKS; sent++) hasRoom = sendChunk()
    if (sent === CHUNKS) {
      sent++
      response.end()
    }
    return true
  }
  response.onWritable(sendMore)
  response.writeHeader('content-type', 'application/octet-stream')
  sendMore()
})

app.post('/upload', (response) => {
  let bytes = 0
  let isAborted = false
  response.onAborted(() => {
    isAborted = true
  })
  response.onData((chunk, isLast) => {
    bytes += chunk.byteLength
    if (isLast && !isAborted) response.cork(() => sendJson(response, { bytes }))
  })
})

app.listen('127.0.0.1', 0, (socket) => {
  const port = uws.us_socket_local_port(socket)
  console.log(JSON.stringify({ port, runtime: `node ${process.version}` }))
})
