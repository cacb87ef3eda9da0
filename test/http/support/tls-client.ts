import { once } from 'node:events'
import * as http2 from 'node:http2'
import * as tls from 'node:tls'

/** Options of a client that trusts the authority, and asks for `localhost`. */
export function clientOptions(
  port: number,
  ca: string,
  rest: tls.ConnectionOptions = {},
): tls.ConnectionOptions {
  return { port, host: '127.0.0.1', ca, servername: 'localhost', ...rest }
}

/** Sends `input` after the handshake, and gives back all that comes; fails as the handshake does. */
export async function tlsExchange(
  options: tls.ConnectionOptions,
  input: string,
): Promise<{
  answer: string
  isReused: boolean
  certificate: string
  session: Buffer | undefined
}> {
  const socket = tls.connect(options)
  let session: Buffer | undefined
  socket.on('session', (each) => {
    session = each
  })
  await once(socket, 'secureConnect')
  const certificate = String(socket.getPeerCertificate().subject?.CN ?? '')
  const isReused = socket.isSessionReused()
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  const closed = once(socket, 'close')
  socket.write(input)
  await closed
  return { answer, isReused, certificate, session }
}

/** What came back for a request of HTTP/2. */
export interface Http2Answer {
  readonly status: number
  readonly headers: http2.IncomingHttpHeaders
  readonly body: string
  readonly trailers: http2.IncomingHttpHeaders | undefined
}

/** One request over a session; fails with the stream's error. */
export function http2Request(
  session: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
  body?: string | Uint8Array,
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined })
    let answered: http2.IncomingHttpHeaders = {}
    let trailers: http2.IncomingHttpHeaders | undefined
    let text = ''
    stream.on('response', (fields) => {
      answered = fields
    })
    stream.on('trailers', (fields) => {
      trailers = fields
    })
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    stream.on('end', () =>
      resolve({ status: Number(answered[':status']), headers: answered, body: text, trailers }),
    )
    stream.on('error', reject)
    if (body !== undefined) stream.end(body)
  })
}

/** A session in the clear, which knows that the server speaks HTTP/2. */
export async function withHttp2(
  port: number,
  use: (session: http2.ClientHttp2Session) => Promise<void>,
  options: http2.ClientSessionOptions = {},
): Promise<void> {
  const session = http2.connect(`http://127.0.0.1:${port}`, options)
  session.on('error', () => {})
  try {
    await use(session)
  } finally {
    session.destroy()
  }
}
