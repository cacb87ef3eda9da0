import assert from 'node:assert/strict'
import { type EventEmitter, once } from 'node:events'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import * as ws from 'ws'
import type { WebSocketOptions } from '../../src/websocket/index.ts'
import { MessageParser } from '../../src/websocket/protocol/message-parser.ts'
import { frameSpecs } from './support/frame-arbitraries.ts'
import { frame } from './support/frames.ts'
import { echo, withSockets } from './support/serve.ts'

const { WebSocket: WsClient } = ws
/** Exported, but not in the types. */
const { Receiver } = ws as unknown as {
  Receiver: new (options: object) => EventEmitter & { write(bytes: Buffer): void }
}

const MESSAGES: readonly (string | Buffer)[] = [
  '',
  'hello',
  'κόσμε 𐍈',
  'x'.repeat(125),
  'x'.repeat(126),
  'x'.repeat(70_000),
  'ü'.repeat(40_000),
  Buffer.alloc(0),
  Buffer.of(0, 255),
  Buffer.alloc(70_000, 7),
  JSON.stringify(Array.from({ length: 500 }, (_, id) => ({ id, name: `user ${id}` }))),
]

/** What `ws` gets back for each message. */
async function echoed(port: number, options: object): Promise<(string | Buffer)[]> {
  const client = new WsClient(`ws://127.0.0.1:${port}/`, options)
  await once(client, 'open')
  const answers: (string | Buffer)[] = []
  const done = Promise.withResolvers<void>()
  client.on('message', (data: Buffer, isBinary) => {
    answers.push(isBinary ? data : data.toString())
    if (answers.length === 2 * MESSAGES.length) done.resolve()
  })
  for (const message of [...MESSAGES, ...MESSAGES]) client.send(message)
  await done.promise
  client.close(4001, 'done')
  const [code, reason] = (await once(client, 'close')) as [number, Buffer]
  assert.deepEqual([code, reason.toString()], [4001, ''])
  return answers
}

const DEFLATES: Readonly<Record<string, WebSocketOptions['deflate']>> = {
  'without compression': false,
  'with compression': { thresholdBytes: 0 },
  'with contexts kept': { thresholdBytes: 0, contextTakeover: true },
  'with small windows': { thresholdBytes: 0, contextTakeover: true, windowBits: 9, memoryLevel: 1 },
}

const OFFERS: Readonly<Record<string, object>> = {
  'that offers none': { perMessageDeflate: false },
  'that offers compression': { perMessageDeflate: { threshold: 0 } },
  'that keeps no contexts': {
    perMessageDeflate: {
      threshold: 0,
      clientNoContextTakeover: true,
      serverNoContextTakeover: true,
    },
  },
  'that limits windows': {
    perMessageDeflate: { threshold: 0, clientMaxWindowBits: 10, serverMaxWindowBits: 10 },
  },
}

describe('a server and the client of ws', () => {
  for (const [server, deflate] of Object.entries(DEFLATES)) {
    for (const [client, offer] of Object.entries(OFFERS)) {
      it(`understand each other ${server} and a client ${client}`, async () => {
        const options: WebSocketOptions = deflate === undefined ? {} : { deflate }
        const answers = await withSockets(echo, (port) => echoed(port, offer), options)
        assert.deepEqual(answers, [...MESSAGES, ...MESSAGES])
      })
    }
  }

  it('agree on pings', async () => {
    await withSockets(
      (socket) => socket.onMessage(() => socket.ping('are you there?')),
      async (port) => {
        const client = new WsClient(`ws://127.0.0.1:${port}/`)
        await once(client, 'open')
        client.ping('hello')
        const [pong] = (await once(client, 'pong')) as [Buffer]
        client.send('x')
        const [ping] = (await once(client, 'ping')) as [Buffer]
        assert.deepEqual([pong.toString(), ping.toString()], ['hello', 'are you there?'])
        client.terminate()
      },
    )
  })
})

const MAX_MESSAGE_BYTES = 1000

/** What our parser makes of bytes; a failure by its close code. */
function ours(bytes: Buffer): string[] {
  const found: string[] = []
  const parser = new MessageParser(
    {
      onMessage: (message) => {
        found.push(typeof message === 'string' ? `text ${message}` : `binary ${message.length}`)
      },
      onPing: (payload) => {
        found.push(`ping ${payload.toString('hex')}`)
      },
      onPong: (payload) => {
        found.push(`pong ${payload.toString('hex')}`)
      },
      onCloseFrame: (code, reason) => {
        found.push(`close ${code} ${reason}`)
      },
    },
    { isServer: true, maxMessageBytes: MAX_MESSAGE_BYTES },
  )
  try {
    parser.feed(Buffer.from(bytes))
  } catch (error) {
    found.push(`error ${(error as { closeCode: number }).closeCode}`)
  }
  return found
}

/** What the parser of ws makes of them. */
async function theirs(bytes: Buffer): Promise<string[]> {
  const found: string[] = []
  const receiver = new Receiver({
    isServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    allowSynchronousEvents: true,
  })
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    found.push(isBinary ? `binary ${data.length}` : `text ${data.toString()}`)
  })
  receiver.on('ping', (payload: Buffer) => found.push(`ping ${payload.toString('hex')}`))
  receiver.on('pong', (payload: Buffer) => found.push(`pong ${payload.toString('hex')}`))
  receiver.on('conclude', (code: number, reason: Buffer) =>
    found.push(`close ${code} ${reason.toString()}`),
  )
  receiver.on('error', (error: object) => {
    const code = Object.getOwnPropertySymbols(error).find(
      ({ description }) => description === 'status-code',
    )
    found.push(`error ${String((error as never)[code as never])}`)
  })
  receiver.write(Buffer.from(bytes))
  await new Promise((resolve) => setImmediate(resolve))
  return found
}

describe('MessageParser and the parser of ws', () => {
  const payload = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 130 }),
    fc.uint8Array({ maxLength: 130 }),
    fc.constantFrom(
      Buffer.of(3, 232),
      Buffer.of(3, 237),
      Buffer.of(15, 160, 0x61),
      'z'.repeat(600),
    ),
  )
  const specs = frameSpecs(payload, { minLength: 1, maxLength: 6 })

  it('find the same in any run of whole frames', async () => {
    await fc.assert(
      fc.asyncProperty(specs, async (each) => {
        const bytes = Buffer.concat(each.map(frame))
        const found = ours(bytes)
        const expected = await theirs(bytes)
        // The one difference: ours refuses text that cannot become valid before the message is over.
        const isEarly = found.at(-1) === 'error 1007'
        const count = isEarly ? found.length - 1 : Math.max(found.length, expected.length)
        assert.deepEqual(found.slice(0, count), expected.slice(0, count))
      }),
      { numRuns: 3000, seed: 11 },
    )
  })
})
