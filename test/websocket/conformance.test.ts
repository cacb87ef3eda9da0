import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HttpServer } from '../../src/http/index.ts'
import { webSocketHandler } from '../../src/websocket/index.ts'
import { DEFLATE_CASES, FAMILIES, MAX_MESSAGE_BYTES, type ProtocolCase } from './support/cases.ts'
import { describeFrame } from './support/frames.ts'
import { RawSocket } from './support/raw-socket.ts'
import { echo } from './support/serve.ts'

/** Above, byte by byte would take minutes and find nothing new. */
const MAX_SINGLE_BYTES = 400

/** How the bytes of a case are cut into writes. */
const CUTS: Readonly<Record<string, (frames: readonly Buffer[]) => Buffer[]>> = {
  'in one piece': (frames) => [Buffer.concat(frames)],
  'byte by byte': (frames) => {
    const bytes = Buffer.concat(frames)
    const size = bytes.length <= MAX_SINGLE_BYTES ? 1 : 997
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    )
  },
  'cut at each boundary': (frames) =>
    frames.flatMap((frame) => {
      const length = (frame[1] ?? 0) & 0x7f
      const head = length === 126 ? 4 : length === 127 ? 10 : 2
      const body = head + 4
      return [frame.subarray(0, head), frame.subarray(head, body), frame.subarray(body)].filter(
        (part) => part.length > 0,
      )
    }),
}

async function run(port: number, parts: Buffer[], { expect }: ProtocolCase, headers = {}) {
  const raw = await RawSocket.open(port, '/', headers)
  await raw.sendApart(parts)
  const frames = await raw.untilEnd()
  assert.deepEqual(frames.map(describeFrame), expect)
}

describe('a WebSocket server', () => {
  const server = new HttpServer(webSocketHandler(echo, { maxMessageBytes: MAX_MESSAGE_BYTES }))
  const deflating = new HttpServer(
    webSocketHandler(echo, { deflate: { thresholdBytes: 20 }, maxMessageBytes: 100_000 }),
  )
  const extension = { 'sec-websocket-extensions': 'permessage-deflate' }
  before(async () => {
    await server.listen({ port: 0, host: '127.0.0.1' })
    await deflating.listen({ port: 0, host: '127.0.0.1' })
  })
  after(async () => {
    await server.close({ timeoutMs: 0 })
    await deflating.close({ timeoutMs: 0 })
  })

  it('has as many cases as it must', () => {
    assert.ok(Object.values(FAMILIES).flat().length + DEFLATE_CASES.length >= 200)
  })

  for (const [family, cases] of Object.entries(FAMILIES)) {
    describe(family, () => {
      for (const each of cases) {
        it(`answers ${each.name} as it must, however it is cut`, async () => {
          for (const cut of Object.values(CUTS)) await run(server.port, cut(each.send), each)
        })
      }
    })
  }

  describe('compression', () => {
    for (const each of DEFLATE_CASES) {
      it(`answers ${each.name} as it must, however it is cut`, async () => {
        for (const cut of Object.values(CUTS)) {
          await run(deflating.port, cut(each.send), each, extension)
        }
      })
    }
  })
})
