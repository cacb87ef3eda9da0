import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sleep } from '../../src/future/index.ts'
import { AddressCount, networkOf } from '../../src/http/address-count.ts'
import { HttpResponse, type HttpServer, type HttpServerOptions } from '../../src/http/index.ts'
import { RawClient } from './support/raw-client.ts'
import { bodies, exchange, statuses, text, withServer } from './support/serve.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const post = (length: number, body: string): string =>
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(1)
}

/** Reads the whole body. */
const readAll = async (request: { bytes(): PromiseLike<Uint8Array> }): Promise<HttpResponse> =>
  text(200, String((await request.bytes()).length))

describe('minBodyBytesPerSecond', () => {
  it('answers 408 to a client that drips, and counts it', () =>
    withServer(
      readAll,
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(1000, ''))
        while (!client.isEnded) {
          client.send('x')
          await sleep(5)
        }
        assert.deepEqual(statuses(await client.untilEnd()), [408])
        assert.equal(server.stats().limits.bodyRate, 1)
        assert.equal(server.stats().timeouts.body, 0)
      },
      { minBodyBytesPerSecond: 10_000, bodyGraceMs: 30 },
    ))

  it('does not blame the client for the time its body is not read', () =>
    withServer(
      (request) => sleep(300).then(() => readAll(request)),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(300_000, 'x'.repeat(300_000)))
        assert.deepEqual(bodies(await client.until(/\d{6}$/)), ['300000'])
        client.destroy()
      },
      { minBodyBytesPerSecond: 10_000_000, bodyGraceMs: 200 },
    ))

  it('does not apply to bodies within the grace, nor when it is 0', () =>
    withServer(
      readAll,
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(2, 'x'))
        await sleep(100)
        client.send('y')
        assert.deepEqual(bodies(await client.until(/2$/)), ['2'])
        client.destroy()
      },
      { minBodyBytesPerSecond: 0, bodyGraceMs: 0, handlerTimeoutMs: 80 },
    ))
})

describe('maxBufferedBodyBytes', () => {
  it('answers 503 with retry-after to what would be too much, and frees what is done with', () =>
    withServer(
      readAll,
      async (server) => {
        const clients = await Promise.all([1, 2].map(() => RawClient.connect(server.port)))
        const [first, second] = clients as [RawClient, RawClient]
        first.send(post(80_000, 'x'.repeat(79_999)))
        await until(() => server.stats().bytes.received > 79_999)
        second.send(post(80_000, 'x'.repeat(79_999)))
        const refused = await second.until(/\r\n\r\n/)
        assert.deepEqual(statuses(refused), [503])
        assert.match(refused, /retry-after: 1\r\n/)
        first.send('x')
        assert.deepEqual(bodies(await first.until(/80000$/)), ['80000'])
        assert.equal(server.stats().limits.bodyMemory, 1)
        for (const client of clients) client.destroy()
        for (let round = 0; round < 3; round++) {
          const client = await RawClient.connect(server.port)
          client.send(post(80_000, 'x'.repeat(79_999)))
          await until(() => server.stats().requests.inFlight > 0)
          if (round === 1) client.reset()
          else client.send('x')
          await until(() => server.stats().requests.inFlight === 0)
          if (round !== 1) assert.deepEqual(statuses(await client.until(/80000$/)), [200])
          client.destroy()
          await until(() => server.stats().connections.open === 0)
        }
      },
      { maxBufferedBodyBytes: 100_000 },
    ))

  it('does not count what a reader in pieces has taken', () =>
    withServer(
      async (request) => {
        let length = 0
        for await (const chunk of request.body ?? []) length += chunk.length
        return text(200, String(length))
      },
      async (server) => {
        const answer = await exchange(server, post(900_000, 'x'.repeat(900_000)))
        assert.deepEqual(bodies(answer), ['900000'])
      },
      { maxBufferedBodyBytes: 200_000 },
    ))
})

describe('maxBufferedBytes', () => {
  it('cuts off a client that asks for more and more and reads nothing', () =>
    withServer(
      () => sleep(1).then(() => new HttpResponse(200, Buffer.alloc(4_000_000))),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.pause()
        client.send(GET.repeat(30))
        await until(() => server.stats().connections.open === 0)
        assert.equal(server.stats().limits.unreadResponses, 1)
        assert.equal(server.stats().requests.inFlight, 0)
        client.destroy()
      },
      { maxBufferedBytes: 8_000_000 },
    ))

  it('lets one response of any size go out', () =>
    withServer(
      () => new HttpResponse(200, Buffer.alloc(4_000_000)),
      async (server) => {
        const [body = ''] = bodies(await exchange(server, GET))
        assert.equal(body.length, 4_000_000)
      },
      { maxBufferedBytes: 0 },
    ))
})

describe('maxRequestsPerConnection', () => {
  it('closes with the last answer, and reads no further', () => {
    let calls = 0
    return withServer(
      () => text(200, String(++calls)),
      async (server) => {
        const answer = await exchange(server, GET.repeat(5))
        assert.deepEqual(bodies(answer), ['1', '2', '3'])
        assert.equal(answer.match(/connection: close/g)?.length, 1)
        assert.equal(calls, 3)
      },
      { maxRequestsPerConnection: 3 },
    )
  })
})

describe('maxConnectionsPerAddress', () => {
  it('refuses what is beyond it with 429, until others have gone', () =>
    withServer(
      () => text(200, 'a'),
      async (server) => {
        const first = await RawClient.connect(server.port)
        first.send(GET)
        await first.until(/a$/)
        const refused = await exchange(server, GET)
        assert.match(refused, /^HTTP\/1\.1 429 Too Many Requests\r\n[^]*retry-after: 1\r\n/)
        assert.match(refused, /\r\n\r\n\{"detail":"Too many connections from this address"\}$/)
        assert.equal(server.stats().limits.connectionsPerAddress, 1)
        assert.equal(server.stats().connections.refused, 1)
        first.destroy()
        await until(() => server.stats().connections.open === 0)
        assert.deepEqual(bodies(await exchange(server, GET)), ['a'])
      },
      { maxConnectionsPerAddress: 1 },
    ))
})

describe('maxConnections', () => {
  const withFirst = (
    options: HttpServerOptions,
    body: (server: HttpServer) => Promise<void>,
  ): Promise<void> =>
    withServer(
      () => text(200, 'a'),
      async (server) => {
        const first = await RawClient.connect(server.port)
        first.send(GET)
        await first.until(/a$/)
        await body(server)
        first.destroy()
      },
      { maxConnections: 1, ...options },
    )

  it('answers 503 beyond it, with the time to try again, and counts it', () =>
    withFirst({}, async (server) => {
      const refused = await exchange(server, GET)
      assert.match(
        refused,
        /^HTTP\/1\.1 503 Service Unavailable\r\n[^]*connection: close\r\n\r\n\{/,
      )
      assert.match(refused, /\r\nretry-after: 1\r\n/)
      const { connections, limits, responses } = server.stats()
      assert.deepEqual(
        [connections.refused, limits.connections, connections.open, responses['5xx']],
        [1, 1, 1, 1],
      )
    }))

  it('sends no body to HEAD', () =>
    withFirst({}, async (server) => {
      assert.match(await exchange(server, GET.replace('GET', 'HEAD')), /^HTTP[^]*\r\n\r\n$/)
    }))

  it('says nothing to who asks nothing, or begins with HTTP/2', () =>
    withFirst({}, async (server) => {
      const silent = await RawClient.connect(server.port)
      const preface = await exchange(server, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
      assert.deepEqual([preface, await silent.untilEnd()], ['', ''])
    }))

  it('cuts off who goes on sending', () =>
    withFirst({}, async (server) => {
      const sender = await RawClient.connect(server.port)
      const send = (): void => sender.send(GET + 'x'.repeat(16_384))
      const sending = setInterval(send, 1)
      assert.match(await sender.untilEnd(), /^(HTTP\/1\.1 503 [^]*)?$/)
      clearInterval(sending)
    }))

  it('closes at once beyond the number that may wait for their answers', () =>
    withFirst({}, async (server) => {
      const all = await Promise.all(
        Array.from({ length: 160 }, () => RawClient.connect(server.port)),
      )
      const closed = all.slice(128).map((client) => client.untilEnd())
      assert.deepEqual(new Set(await Promise.all(closed)), new Set(['']))
      const [waiting] = all
      waiting!.send(GET)
      assert.match(await waiting!.untilEnd(), /^HTTP\/1\.1 503 /)
      for (const client of all) client.destroy()
      assert.equal(server.stats().connections.refused, 160)
    }))

  it('closes without a word if that is wanted', () =>
    withFirst({ refusedConnections: 'close' }, async (server) => {
      assert.equal(await (await RawClient.connect(server.port)).untilEnd(), '')
    }))
})

describe('networkOf', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ]
  for (const [address, network] of cases) {
    it(`takes ${address || 'no address'} for one of ${network || 'none'}`, () => {
      assert.equal(networkOf(address), network)
    })
  }
})

describe('AddressCount', () => {
  it('counts each address by itself, and forgets those that have gone', () => {
    const count = new AddressCount(2)
    assert.deepEqual(
      ['a', 'a', 'a', 'b'].map((each) => count.add(each)),
      [true, true, false, true],
    )
    count.remove('a')
    assert.equal(count.add('a'), true)
  })
})

describe('HttpServerStats.limits', () => {
  const cases: readonly (readonly [string, number, string, object])[] = [
    ['requestLine', 414, GET.replace('/', `/${'a'.repeat(100)}`), { maxRequestLineBytes: 64 }],
    ['header', 431, GET.replace('x\r\n', `${'x'.repeat(100)}\r\n`), { maxHeaderBytes: 64 }],
    ['header', 431, GET.replace('x\r\n', 'x\r\na: b\r\n'), { maxHeaderCount: 1 }],
    ['body', 413, post(11, 'x'.repeat(11)), { maxBodyBytes: 10 }],
  ]
  for (const [reason, status, input, options] of cases) {
    it(`counts a ${status} as ${reason}`, () =>
      withServer(
        readAll,
        async (server: HttpServer) => {
          assert.deepEqual(statuses(await exchange(server, input)), [status])
          const counted = Object.entries(server.stats().limits).filter(([, count]) => count > 0)
          assert.deepEqual(counted, [[reason, 1]])
        },
        options,
      ))
  }
})
