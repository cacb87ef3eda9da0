import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseExtensionOffers } from '../../src/websocket/deflate/extension-offers.ts'
import { negotiateDeflate } from '../../src/websocket/deflate/negotiation.ts'
import { deflateSettings } from '../../src/websocket/deflate/options.ts'
import type { WebSocketOptions } from '../../src/websocket/index.ts'
import { text } from './support/frames.ts'
import { ACCEPT, handshake, RawSocket } from './support/raw-socket.ts'
import { echo, withSockets } from './support/serve.ts'

/** The whole answer to a handshake, up to its end or the empty line of a 101. */
async function answer(input: string, options: WebSocketOptions = {}): Promise<string> {
  return withSockets(
    echo,
    async (port) => {
      const raw = await RawSocket.connect(port)
      raw.send(Buffer.from(input))
      await raw.until(() => raw.head !== '')
      raw.socket.destroy()
      return raw.head
    },
    options,
  )
}

async function status(headers: Record<string, string>, options?: WebSocketOptions) {
  const head = await answer(handshake('/', headers), options)
  return Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
}

function without(name: string): string {
  return handshake()
    .split('\r\n')
    .filter((line) => !line.startsWith(`${name}:`))
    .join('\r\n')
}

describe('a WebSocket handshake', () => {
  it('proves with the key that it was understood', async () => {
    const head = await answer(handshake())
    assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/)
    assert.ok(head.includes(`sec-websocket-accept: ${ACCEPT}\r\n`))
    assert.match(head, /\r\nconnection: Upgrade\r\n/)
    assert.match(head, /\r\nupgrade: websocket\r\n/)
    assert.doesNotMatch(head, /sec-websocket-(protocol|extensions)/)
  })

  it('takes tokens in any case, among others', async () => {
    const headers = { upgrade: 'h2c, WebSocket', connection: 'keep-alive, UPGRADE' }
    assert.equal(await status(headers), 101)
  })

  const refused: readonly (readonly [string, string, number])[] = [
    ['another method', handshake().replace('GET', 'POST'), 405],
    ['no upgrade', without('upgrade'), 426],
    ['an upgrade to something else', handshake('/', { upgrade: 'h2c' }), 426],
    ['no connection token', without('connection'), 426],
    ['HTTP/1.0', handshake().replace('HTTP/1.1', 'HTTP/1.0'), 400],
    ['a body', `${handshake('/', { 'content-length': '1' })}x`, 400],
    ['no version', without('sec-websocket-version'), 400],
    ['version 8', handshake('/', { 'sec-websocket-version': '8' }), 426],
    ['two versions', handshake('/', { 'sec-websocket-version': '13, 8' }), 426],
    ['no key', without('sec-websocket-key'), 400],
    ['a key of 15 bytes', handshake('/', { 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAA' }), 400],
    [
      'a key that is no base64',
      handshake('/', { 'sec-websocket-key': '!!NhbXBsZSBub25jZQ==' }),
      400,
    ],
    ['malformed extensions', handshake('/', { 'sec-websocket-extensions': 'a;;b' }), 400],
    ['malformed subprotocols', handshake('/', { 'sec-websocket-protocol': 'a b' }), 400],
    ['a subprotocol twice', handshake('/', { 'sec-websocket-protocol': 'a, a' }), 400],
  ]
  for (const [name, input, expected] of refused) {
    it(`refuses ${name} with ${expected}`, async () => {
      const head = await answer(input)
      assert.match(head, new RegExp(`^HTTP/1\\.1 ${expected} `))
    })
  }

  it('says with 426 which protocol and version it speaks', async () => {
    const head = await answer(handshake('/', { 'sec-websocket-version': '7' }))
    assert.match(head, /\r\nupgrade: websocket\r\n/)
    assert.match(head, /\r\nconnection: Upgrade\r\n/)
    assert.match(head, /\r\nsec-websocket-version: 13\r\n/)
  })

  it('takes messages that come with the handshake', async () => {
    await withSockets(echo, async (port) => {
      const raw = await RawSocket.connect(port)
      raw.send(
        Buffer.concat([Buffer.from(handshake()), text('early'), text('bird').subarray(0, 3)]),
      )
      await raw.untilFrames(1)
      raw.send(text('bird').subarray(3))
      const frames = await raw.untilFrames(2)
      assert.deepEqual(
        frames.map(({ payload }) => payload.toString()),
        ['early', 'bird'],
      )
      raw.socket.destroy()
    })
  })
})

describe('subprotocols', () => {
  it('are chosen in the order of the server', async () => {
    const headers = { 'sec-websocket-protocol': 'b, c,a' }
    const head = await answer(handshake('/', headers), { subprotocols: ['a', 'b'] })
    assert.match(head, /\r\nsec-websocket-protocol: a\r\n/)
  })

  it('are not named if none fits', async () => {
    const headers = { 'sec-websocket-protocol': 'x' }
    const head = await answer(handshake('/', headers), { subprotocols: ['a', 'b'] })
    assert.match(head, /^HTTP\/1\.1 101/)
    assert.doesNotMatch(head, /sec-websocket-protocol/)
  })
})

describe('origins', () => {
  const cases: readonly (readonly [WebSocketOptions['origins'], string, number])[] = [
    ['same', 'http://localhost', 101],
    ['same', 'https://localhost', 101],
    ['same', 'http://localhost:8000', 403],
    ['same', 'http://evil.example', 403],
    ['same', 'http://localhost.evil.example', 403],
    ['same', 'null', 403],
    ['same', 'localhost', 403],
    ['any', 'http://evil.example', 101],
    [['https://app.example'], 'https://app.example', 101],
    [['https://app.example'], 'http://app.example', 403],
    [['https://app.example'], 'https://app.example:8443', 403],
    [(origin) => origin.endsWith('.example'), 'https://x.example', 101],
    [(origin) => origin.endsWith('.example'), 'https://x.test', 403],
  ]
  for (const [allowed, origin, expected] of cases) {
    it(`answers ${expected} to ${origin} where ${String(allowed)} may connect`, async () => {
      assert.equal(
        await status({ origin }, allowed === undefined ? {} : { origins: allowed }),
        expected,
      )
    })
  }

  it('are not asked of clients that are no browsers', async () => {
    assert.equal(await status({}), 101)
  })
})

describe('permessage-deflate', () => {
  const offers: readonly (readonly [string, object, string | undefined])[] = [
    ['permessage-deflate', {}, 'server_no_context_takeover; client_no_context_takeover'],
    ['permessage-deflate', { contextTakeover: true }, ''],
    [
      'permessage-deflate; server_no_context_takeover',
      { contextTakeover: true },
      'server_no_context_takeover',
    ],
    [
      'permessage-deflate; client_no_context_takeover',
      { contextTakeover: true },
      'client_no_context_takeover',
    ],
    [
      'permessage-deflate; server_max_window_bits=10',
      { contextTakeover: true },
      'server_max_window_bits=10',
    ],
    [
      'permessage-deflate; server_max_window_bits="10"',
      { contextTakeover: true },
      'server_max_window_bits=10',
    ],
    ['permessage-deflate; client_max_window_bits', { contextTakeover: true }, ''],
    [
      'permessage-deflate; client_max_window_bits=9',
      { contextTakeover: true },
      'client_max_window_bits=9',
    ],
    [
      'permessage-deflate; client_max_window_bits',
      { contextTakeover: true, windowBits: 11 },
      'server_max_window_bits=11; client_max_window_bits=11',
    ],
    ['permessage-deflate', { contextTakeover: true, windowBits: 11 }, 'server_max_window_bits=11'],
    ['permessage-deflate; server_max_window_bits', {}, undefined],
    ['permessage-deflate; server_max_window_bits=8', {}, undefined],
    ['permessage-deflate; server_max_window_bits=16', {}, undefined],
    ['permessage-deflate; server_max_window_bits=010', {}, undefined],
    ['permessage-deflate; unknown', {}, undefined],
    ['permessage-deflate; server_no_context_takeover=1', {}, undefined],
    ['permessage-deflate; client_max_window_bits; client_max_window_bits', {}, undefined],
    ['x-webkit-deflate-frame', {}, undefined],
    ['permessage-deflate; unknown, permessage-deflate', { contextTakeover: true }, ''],
  ]
  for (const [header, options, expected] of offers) {
    it(`answers ${header} where the options are ${JSON.stringify(options)}`, () => {
      const settings = deflateSettings('deflate', options)
      assert.ok(settings !== undefined)
      const parsed = parseExtensionOffers(header)
      assert.ok(parsed !== undefined)
      const agreed = negotiateDeflate(parsed, settings, true)
      const full = expected === '' ? '' : `; ${expected}`
      assert.equal(agreed?.header, expected === undefined ? undefined : `permessage-deflate${full}`)
    })
  }

  it('is not used unless it is asked for and switched on', async () => {
    const headers = { 'sec-websocket-extensions': 'permessage-deflate' }
    assert.doesNotMatch(await answer(handshake('/', headers)), /extensions/)
    assert.doesNotMatch(await answer(handshake(), { deflate: true }), /extensions/)
    const head = await answer(handshake('/', headers), { deflate: true })
    assert.match(head, /sec-websocket-extensions: permessage-deflate/)
  })

  it('keeps no contexts for sockets beyond the memory for them', async () => {
    const headers = { 'sec-websocket-extensions': 'permessage-deflate' }
    const deflate = { contextTakeover: true, maxContextBytes: 400_000 }
    await withSockets(
      echo,
      async (port) => {
        const first = await RawSocket.open(port, '/', headers)
        const second = await RawSocket.open(port, '/', headers)
        assert.doesNotMatch(first.head, /no_context_takeover/)
        assert.match(second.head, /server_no_context_takeover; client_no_context_takeover/)
        first.socket.destroy()
        second.socket.destroy()
      },
      { deflate },
    )
  })

  for (const malformed of ['', ';', 'a;', 'a; b=', 'a; b="c', 'a; b="c d"', 'a b', ',a', 'a,']) {
    it(`does not read ${JSON.stringify(malformed)}`, () => {
      assert.equal(parseExtensionOffers(malformed), undefined)
    })
  }
})
