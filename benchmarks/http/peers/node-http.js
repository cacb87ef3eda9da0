import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const CHUNK = Buffer.alloc(65_536, 'x')
const CHUNKS = 1_600
const USER_ORDER = /^\/users\/(\d+)\/orders\/(\d+)$/
const USER_PRODUCT = /^\/users\/(\d+)\/products\/(\d+)$/

function sendJson(response, status, value) {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
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

function showOrder(response, match, query) {
  const limit = Number(query.get('limit') ?? 10)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    return sendJson(response, 422, { detail: 'limit' })
  }
  const q = query.get('q')
  sendJson(response, 200, { user: Number(match[1]), order: Number(match[2]), limit, q })
}

function createOrder(request, response, match) {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    let order
    try {
      order = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    } catch {
      return sendJson(response, 400, { detail: 'not JSON' })
    }
    if (!isOrder(order)) return sendJson(response, 422, { detail: 'not an order' })
    const { customer, items } = order
    let total = 0
    for (const item of items) total += item.quantity * item.price
    sendJson(response, 200, {
      user: Number(match[1]),
      order: Number(match[2]),
      customer,
      items: items.map(({ sku, quantity, price }) => ({ sku, quantity, price })),
      total,
    })
  })
}

function createProduct(request, response, match) {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    let product
    try {
      product = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    } catch {
      return sendJson(response, 400, { detail: 'not JSON' })
    }
    if (!isProduct(product)) return sendJson(response, 422, { detail: 'not a product' })
    sendJson(response, 200, { user: Number(match[1]), name: product.name })
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

function countBytes(request, response) {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => sendJson(response, 200, { bytes: Buffer.concat(chunks).length }))
}

async function* chunks() {
  for (let sent = 0; sent < CHUNKS; sent++) yield CHUNK
}

async function download(response) {
  response.writeHead(200, { 'content-type': 'application/octet-stream' })
  await pipeline(Readable.from(chunks()), response)
}

async function upload(request, response) {
  let bytes = 0
  for await (const chunk of request) bytes += chunk.length
  sendJson(response, 200, { bytes })
}

const server = createServer((request, response) => {
  if (request.url === '/') return sendJson(response, 200, { message: 'Hello, World!' })
  if (request.url === '/bytes') return countBytes(request, response)
  if (request.url === '/download') return download(response)
  if (request.url === '/upload') return upload(request, response)
  const question = request.url.indexOf('?')
  const path = question === -1 ? request.url : request.url.slice(0, question)
  const product = USER_PRODUCT.exec(path)
  if (product !== null) return createProduct(request, response, product)
  const match = USER_ORDER.exec(path)
  if (match === null) return sendJson(response, 404, { detail: 'not found' })
  if (request.method === 'POST') return createOrder(request, response, match)
  const query = new URLSearchParams(question === -1 ? '' : request.url.slice(question + 1))
  showOrder(response, match, query)
})

// As long as ours and Fastify's: the default of five seconds would end while thousands connect.
server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port, runtime: `node ${process.version}` }))
})
