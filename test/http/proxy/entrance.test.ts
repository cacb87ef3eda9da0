import assert from 'node:assert/strict'
import { once } from 'node:events'
import * as http2 from 'node:http2'
import * as net from 'node:net'
import { describe, it } from 'node:test'
import * as tls from 'node:tls'
import { sleep } from '../../../src/future/index.ts'
import { createRequest, type HttpServer, type HttpServerOptions } from '../../../src/http/index.ts'
import { createAuthority } from '../../support/certificates.ts'
import { RawClient } from '../support/raw-client.ts'
import { exchange, text, withServer } from '../support/serve.ts'
import { http2Request } from '../support/tls-client.ts'

const HEADER = 'PROXY TCP4 192.0.2.9 198.51.100.1 4711 443\r\n'
const GET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

/** Answers with all that is known of where the request came from. */
function withOrigin(
  options: HttpServerOptions,
  use: (server: HttpServer) => Promise<void>,
): Promise<void> {
  return withServer(
    (request) => {
      const { httpVersion, scheme, host, remoteAddress, clientAddress } = request
      return text(200, [httpVersion, scheme, host, remoteAddress, clientAddress].join(' '))
    },
    use,
    options,
  )
}

for (const readPath of ['shared', 'stream'] as const) {
  describe(`proxyProtocol, reading through the ${readPath} path`, () => {
    it('gives the address of the client, in whatever pieces the header comes', () =>
      withOrigin({ proxyProtocol: 'required', readPath }, async (server) => {
        assert.match(await exchange(server, HEADER + GET), /1\.1 http x 192\.0\.2\.9 192\.0\.2\.9$/)
        const client = await RawClient.connect(server.port)
        await client.sendSlowly(HEADER + GET)
        assert.match(await client.untilEnd(), /192\.0\.2\.9 192\.0\.2\.9$/)
      }))

    it('comes before the handshake of TLS, for HTTP/1.1 and HTTP/2', async () => {
      const { ca, server: identity } = await createAuthority()
      await withOrigin({ proxyProtocol: 'required', tls: identity, readPath }, async (server) => {
        const connect = async (protocol: string): Promise<tls.TLSSocket> => {
          const socket = net.connect(server.port, '127.0.0.1')
          socket.write(HEADER)
          const secure = tls.connect({
            socket,
            ca: ca.cert,
            servername: 'localhost',
            ALPNProtocols: [protocol],
          })
          await once(secure, 'secureConnect')
          return secure
        }
        const first = await connect('http/1.1')
        let answer = ''
        first.on('data', (chunk) => {
          answer += String(chunk)
        })
        first.write(GET)
        await once(first, 'close')
        assert.match(answer, /1\.1 https x 192\.0\.2\.9 192\.0\.2\.9$/)
        const second = await connect('h2')
        const session = http2.connect('https://localhost', { createConnection: () => second })
        const { body } = await http2Request(session, { ':path': '/', ':authority': 'x' })
        assert.equal(body, '2 https x 192.0.2.9 192.0.2.9')
        session.destroy()
      })
    })

    it('comes before HTTP/2 in the clear', () =>
      withOrigin(
        { proxyProtocol: 'required', http2: { cleartext: true }, readPath },
        async (server) => {
          const socket = net.connect(server.port, '127.0.0.1')
          socket.write(HEADER)
          const session = http2.connect('http://x', { createConnection: () => socket })
          const { body } = await http2Request(session, { ':path': '/' })
          assert.equal(body, '2 http x:80 192.0.2.9 192.0.2.9')
          session.destroy()
          assert.match(await exchange(server, HEADER + GET), /1\.1 http x 192\.0\.2\.9/)
        },
      ))
  })
}

describe('proxyProtocol', () => {
  it('closes connections without the header, and counts them', () =>
    withOrigin({ proxyProtocol: 'required' }, async (server) => {
      assert.equal(await exchange(server, GET), '')
      assert.equal(server.stats().proxyErrors, 1)
      while (server.stats().connections.open > 0) await sleep(1)
    }))

  it('believes only those who are listed', async () => {
    await withOrigin({ proxyProtocol: { trusted: ['loopback'] } }, async (server) => {
      assert.match(await exchange(server, HEADER + GET), /192\.0\.2\.9 192\.0\.2\.9$/)
    })
    await withOrigin({ proxyProtocol: { trusted: ['10.0.0.0/8'] } }, async (server) => {
      const client = await RawClient.connect(server.port)
      assert.equal(await client.untilEnd(), '')
      assert.equal(server.stats().proxyErrors, 1)
      while (server.stats().connections.open > 0) await sleep(1)
    })
  })

  it('lets the balancer speak for itself', () =>
    withOrigin({ proxyProtocol: 'required' }, async (server) => {
      const answer = await exchange(server, `PROXY UNKNOWN\r\n${GET}`)
      assert.match(answer, /127\.0\.0\.1 127\.0\.0\.1$/)
    }))

  it('waits for the header no longer than for a head', () =>
    withOrigin({ proxyProtocol: 'required', headerTimeoutMs: 50 }, async (server) => {
      const client = await RawClient.connect(server.port)
      client.send('PROXY TCP4 ')
      assert.equal(await client.untilEnd(), '')
      assert.equal(server.stats().timeouts.header, 1)
    }))

  it('counts every connection once', () =>
    withOrigin({ proxyProtocol: 'required' }, async (server) => {
      await exchange(server, HEADER + GET)
      while (server.stats().connections.open > 0) await sleep(1)
      const { connections, bytes, requests } = server.stats()
      assert.deepEqual(connections, { open: 0, total: 1, refused: 0 })
      assert.equal(bytes.received, HEADER.length + GET.length)
      assert.equal(requests.total, 1)
    }))

  for (const value of ['on', true, { trusted: [] }, { from: ['loopback'] }]) {
    it(`refuses the option ${JSON.stringify(value)}`, () =>
      assert.rejects(
        withOrigin({ proxyProtocol: value } as unknown as HttpServerOptions, async () => {}),
        { code: 'CORE_OPTION' },
      ))
  }
})

describe('request origin', () => {
  const forwarded =
    'X-Forwarded-For: 203.0.113.5\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\n'
  const request = `GET / HTTP/1.1\r\nHost: x\r\n${forwarded}Connection: close\r\n\r\n`

  it('is that of the connection by default, whatever headers say', () =>
    withOrigin({}, async (server) => {
      assert.match(await exchange(server, request), /1\.1 http x 127\.0\.0\.1 127\.0\.0\.1$/)
    }))

  it('is what trusted proxies say', () =>
    withOrigin({ trustProxy: ['loopback'] }, async (server) => {
      assert.match(
        await exchange(server, request),
        /1\.1 https shop\.example 127\.0\.0\.1 203\.0\.113\.5$/,
      )
    }))

  it('trusts the address that the PROXY protocol says, and not the socket’s', () =>
    withOrigin({ trustProxy: ['loopback'], proxyProtocol: 'required' }, async (server) => {
      assert.match(
        await exchange(server, HEADER + request),
        /1\.1 http x 192\.0\.2\.9 192\.0\.2\.9$/,
      )
    }))

  it('can be made up for tests', () => {
    const made = createRequest({
      scheme: 'https',
      remoteAddress: '1.2.3.4',
      headers: [['host', 'a']],
    })
    assert.deepEqual(
      [made.scheme, made.host, made.clientAddress, made.tls],
      ['https', 'a', '1.2.3.4', undefined],
    )
  })
})

describe('maxConnectionsPerAddress', () => {
  it('lets a place go again, whatever came of the connection', async () => {
    const { ca, server: identity } = await createAuthority()
    await withOrigin({ tls: identity, maxConnectionsPerAddress: 2 }, async (server) => {
      const gone = async (): Promise<void> => {
        while (server.stats().connections.open > 0) await sleep(1)
      }
      for (let round = 0; round < 3; round++) {
        const broken = net.connect(server.port, '127.0.0.1').on('error', () => {})
        broken.resume().end('no handshake')
        await once(broken, 'close')
        await gone()
        const session = http2.connect(`https://localhost:${server.port}`, { ca: ca.cert })
        assert.equal((await http2Request(session, { ':path': '/' })).status, 200)
        session.destroy()
        await gone()
      }
      assert.equal(server.stats().connections.refused, 0)
      const open = [1, 2].map(() => net.connect(server.port, '127.0.0.1').on('error', () => {}))
      while (server.stats().connections.open < 2) await sleep(1)
      const third = net.connect(server.port, '127.0.0.1').on('error', () => {})
      await once(third.resume(), 'close')
      assert.equal(server.stats().limits.connectionsPerAddress, 1)
      for (const socket of open) socket.destroy()
    })
  })
})
