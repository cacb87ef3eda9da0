/** Downloads and uploads as it is told, one after the other over one connection, and counts bytes. */
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CHUNK_BYTES, TRANSFER_BYTES } from './transfer-size.ts'

interface Command {
  readonly kind: 'download' | 'upload'
  readonly port: number
  readonly count: number
}

const CHUNK = Buffer.alloc(CHUNK_BYTES, 'x')
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

function* chunks(): Generator<Buffer> {
  for (let sent = 0; sent < TRANSFER_BYTES; sent += CHUNK_BYTES) yield CHUNK
}

async function download(port: number): Promise<number> {
  const outgoing = request({ agent, port, host: '127.0.0.1', path: '/download' }).end()
  const response = await answerOf(outgoing)
  let bytes = 0
  for await (const chunk of response) bytes += chunk.length
  return bytes
}

async function upload(port: number): Promise<number> {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(TRANSFER_BYTES),
  }
  const outgoing = request({
    agent,
    port,
    headers,
    host: '127.0.0.1',
    method: 'POST',
    path: '/upload',
  })
  const answer = answerOf(outgoing)
  await pipeline(Readable.from(chunks()), outgoing)
  const text = (await (await answer).toArray()).join('')
  const { bytes }: { bytes: number } = JSON.parse(text)
  return bytes
}

async function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject)
  })
  if (response.statusCode !== 200) throw new Error(`The answer has status ${response.statusCode}`)
  return response
}

process.stdout.write('{}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const { kind, port, count }: Command = JSON.parse(line)
  let bytes = 0
  for (let left = count; left > 0; left--) {
    bytes += await (kind === 'download' ? download(port) : upload(port))
  }
  process.stdout.write(`${JSON.stringify({ bytes })}\n`)
}
