import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import * as https from 'node:https'
import * as net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { sleep } from '../../src/future/index.ts'
import { HttpResponse, HttpServer, type HttpServerOptions } from '../../src/http/index.ts'
import type { TlsOptions } from '../../src/net/index.ts'
import {
  createAuthority,
  createCertificate,
  type TestCertificate,
} from '../support/certificates.ts'
import { text, withServer } from './support/serve.ts'
import { clientOptions, tlsExchange } from './support/tls-client.ts'

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
const KEEP = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

let ca: TestCertificate
let identity: TestCertificate
let folder: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fasterapi-tls-'))
  ;({ ca, server: identity } = await createAuthority())
})
after(() => rmSync(folder, { recursive: true }))

/** Writes a file of the test's folder. @returns its path */
function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function withTls(
  tls: Partial<TlsOptions>,
  use: (server: HttpServer) => Promise<void>,
  options: HttpServerOptions = {},
): Promise<void> {
  const hasKey = 'cert' in tls || 'certFile' in tls || 'pfx' in tls
  const whole = hasKey ? tls : { ...identity, ...tls }
  return withServer(
    (request) => {
      const { tls: info } = request
      const said = [
        request.scheme,
        info?.protocol,
        info?.servername,
        info?.authorized,
        info?.authorizationError,
        info?.peerCertificate?.subject,
      ]
      return text(200, said.map((each) => each ?? '-').join(' '))
    },
    use,
    { tls: whole, ...options },
  )
}

describe('HttpServer with TLS', () => {
  it('serves keep-alive, bodies and streams to a client of node:https', () =>
    withServer(
      (request) =>
        request.bytes().then((bytes) => new HttpResponse(200, `${request.path} ${bytes.length}`)),
      async (server) => {
        const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: ca.cert })
        const send = (path: string, body: string): Promise<string> =>
          new Promise((resolve, reject) => {
            const options = { port: server.port, host: 'localhost', path, agent, method: 'POST' }
            const request = https.request(options, (response) => {
              let answer = ''
              response.on('data', (chunk) => {
                answer += String(chunk)
              })
              response.on('end', () => resolve(answer))
            })
            request.on('error', reject)
            request.end(body)
          })
        assert.equal(await send('/a', 'x'), '/a 1')
        assert.equal(await send('/b', 'y'.repeat(500_000)), '/b 500000')
        assert.equal(server.stats().connections.total, 1)
        assert.equal(server.stats().tls.handshakes, 1)
        agent.destroy()
      },
      { tls: identity },
    ))

  it('serves fetch', () =>
    withServer(
      (request) => request.bytes().then((bytes) => text(200, `${request.method} ${bytes.length}`)),
      async ({ port }) => {
        const program = fileURLToPath(new URL('support/fetch-program.ts', import.meta.url))
        const env = { ...process.env, NODE_EXTRA_CA_CERTS: file('ca.pem', ca.cert) }
        const child = spawn(process.execPath, [program, `https://localhost:${port}/`], { env })
        child.stderr.pipe(process.stderr)
        const [line] = (await once(child.stdout, 'data')) as [Buffer]
        assert.equal(String(line), '200 POST 5\n')
      },
      { tls: identity },
    ))

  it('says what was agreed on', () =>
    withTls({}, async ({ port }) => {
      const { answer } = await tlsExchange(clientOptions(port, ca.cert), GET)
      assert.match(answer, /\r\n\r\nhttps TLSv1\.3 localhost false - -$/)
    }))

  it('takes files by path and URL, bytes, and keys with a passphrase', async () => {
    const locked = await createCertificate(['localhost'], { ca, passphrase: 'open sesame' })
    const cases: TlsOptions[] = [
      { certFile: file('a.pem', identity.cert), keyFile: file('a.key', identity.key) },
      {
        certFile: pathToFileURL(file('b.pem', identity.cert)),
        keyFile: pathToFileURL(file('b.key', identity.key)),
      },
      { cert: Buffer.from(identity.cert), key: Buffer.from(identity.key) },
      { ...locked, passphrase: 'open sesame' },
    ]
    for (const tls of cases) {
      await withTls(tls, async ({ port }) => {
        const { answer } = await tlsExchange(clientOptions(port, ca.cert), GET)
        assert.match(answer, /^HTTP\/1\.1 200 /)
      })
    }
  })

  it('refuses versions below minVersion, counts it, and serves on', () =>
    withTls({ minVersion: 'TLSv1.3' }, async (server) => {
      const options = clientOptions(server.port, ca.cert, { maxVersion: 'TLSv1.2' })
      await assert.rejects(tlsExchange(options, GET), /protocol version/)
      assert.equal(server.stats().tls.failed, 1)
      const { answer } = await tlsExchange(clientOptions(server.port, ca.cert), GET)
      assert.match(answer, /^HTTP\/1\.1 200 /)
      assert.equal(server.stats().tls.handshakes, 1)
    }))

  it('survives what is no TLS: plain HTTP, garbage, nothing, and a reset', () =>
    withTls({}, async (server) => {
      for (const input of [GET, '\x16\x03\x01\xff\xff garbage', '\x16\x03']) {
        const socket = net.connect(server.port, '127.0.0.1')
        socket.on('error', () => {}).resume()
        socket.end(input)
        await once(socket, 'close')
      }
      const socket = net.connect(server.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.resetAndDestroy()
      await once(socket, 'close')
      while (server.stats().connections.open > 0) await sleep(2)
      const { tls } = server.stats()
      assert.equal(tls.handshakes, 0)
      assert.equal(tls.failed, 4)
      const { answer } = await tlsExchange(clientOptions(server.port, ca.cert), GET)
      assert.match(answer, /^HTTP\/1\.1 200 /)
    }))

  it('cuts off a handshake that takes too long', () =>
    withTls({ handshakeTimeoutMs: 60 }, async (server) => {
      const socket = net.connect(server.port, '127.0.0.1')
      socket.on('error', () => {}).resume()
      socket.write('\x16\x03\x01')
      await once(socket, 'close')
      while (server.stats().connections.open > 0) await sleep(1)
      assert.equal(server.stats().tls.timedOut, 1)
      assert.equal(server.stats().tls.failed, 1)
    }))

  it('closes at once while a handshake hangs, when its time is over', () =>
    withTls({}, async (server) => {
      const socket = net.connect(server.port, '127.0.0.1')
      socket.on('error', () => {}).resume()
      await once(socket, 'connect')
      while (server.stats().connections.open === 0) await sleep(1)
      await server.close({ timeoutMs: 5_000 })
      assert.equal(server.stats().connections.open, 0)
    }))

  it('speaks HTTP/1.1 to clients that choose it by ALPN, and refuses those with nothing in common', () =>
    withTls({}, async ({ port }) => {
      const http1 = clientOptions(port, ca.cert, { ALPNProtocols: ['spdy/3', 'http/1.1'] })
      assert.match((await tlsExchange(http1, GET)).answer, /^HTTP\/1\.1 200 /)
      const other = clientOptions(port, ca.cert, { ALPNProtocols: ['spdy/3'] })
      await assert.rejects(tlsExchange(other, GET), /no application protocol/i)
    }))
})

describe('HttpServer with certificates by name', () => {
  let contexts: Record<string, TestCertificate>

  before(async () => {
    contexts = {
      'a.example': await createCertificate(['a.example'], { ca }),
      '*.b.example': await createCertificate(['*.b.example'], { ca }),
    }
  })

  for (const [servername, expected] of [
    ['a.example', 'a.example'],
    ['A.Example', 'a.example'],
    ['x.b.example', '*.b.example'],
    ['b.example', 'localhost'],
    ['y.x.b.example', 'localhost'],
    ['c.example', 'localhost'],
    ['', 'localhost'],
  ] as const) {
    it(`shows ${expected} to clients that ask for ${servername || 'no name'}`, () =>
      withTls({ contexts }, async ({ port }) => {
        const options = clientOptions(port, ca.cert, {
          servername,
          checkServerIdentity: () => undefined,
        })
        assert.equal((await tlsExchange(options, GET)).certificate, expected)
      }))
  }
})

describe('HttpServer that asks for client certificates', () => {
  let client: TestCertificate
  let stranger: TestCertificate

  before(async () => {
    client = await createCertificate(['client.example'], { ca })
    stranger = await createCertificate(['client.example'])
  })

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`tells handlers who the client is, over ${maxVersion}`, () =>
      withTls({ requestCert: true, ca: ca.cert }, async ({ port }) => {
        const options = clientOptions(port, ca.cert, { ...client, maxVersion })
        const { answer } = await tlsExchange(options, GET)
        assert.match(answer, /true - CN=client\.example$/)
      }))

    it(`refuses clients without a certificate, or with one of a stranger, over ${maxVersion}`, () =>
      withTls({ requestCert: true, ca: ca.cert }, async (server) => {
        for (const shown of [{}, stranger]) {
          const options = clientOptions(server.port, ca.cert, { ...shown, maxVersion })
          // With TLS 1.3 the client is done before the server has looked.
          const answer = await tlsExchange(options, GET).then(
            (each) => each.answer,
            () => '',
          )
          assert.equal(answer, '')
        }
        assert.equal(server.stats().requests.total, 0)
        assert.equal(server.stats().tls.failed, 2)
        assert.equal(server.stats().tls.handshakes, 0)
      }))
  }

  it('leaves the decision to handlers with rejectUnauthorized: false', () =>
    withTls({ requestCert: true, rejectUnauthorized: false, ca: ca.cert }, async ({ port }) => {
      const options = clientOptions(port, ca.cert, stranger)
      const { answer } = await tlsExchange(options, GET)
      assert.match(answer, /false DEPTH_ZERO_SELF_SIGNED_CERT CN=client\.example$/)
    }))

  it('still knows the client when the session is resumed', () =>
    withTls({ requestCert: true, ca: ca.cert }, async (server) => {
      const options = clientOptions(server.port, ca.cert, { ...client })
      const { session } = await tlsExchange(options, GET)
      const again = await tlsExchange({ ...options, session }, GET)
      assert.equal(again.isReused, true)
      assert.match(again.answer, /true - CN=client\.example$/)
      assert.equal(server.stats().tls.resumed, 1)
    }))
})

describe('HttpServer.shareTicketKeys', () => {
  const keys = new Uint8Array(48).fill(7)

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`lets a second server resume the sessions of the first, over ${maxVersion}`, () =>
      withTls({}, (first) =>
        withTls({}, async (second) => {
          first.shareTicketKeys(keys)
          second.shareTicketKeys(keys)
          const { session } = await tlsExchange(
            clientOptions(first.port, ca.cert, { maxVersion }),
            GET,
          )
          const options = clientOptions(second.port, ca.cert, { maxVersion, session })
          assert.equal((await tlsExchange(options, GET)).isReused, true)
          assert.equal(second.stats().tls.resumed, 1)
        }),
      ))
  }

  it('is not needed after a reload, nor for servers with the same option', () =>
    withTls({ ticketKeys: keys }, (first) =>
      withTls({ ticketKeys: keys }, async (second) => {
        const { session } = await tlsExchange(clientOptions(first.port, ca.cert), GET)
        second.reloadCertificates()
        const options = clientOptions(second.port, ca.cert, { session })
        assert.equal((await tlsExchange(options, GET)).isReused, true)
      }),
    ))

  it('is what makes it so: servers without it do not know each other', () =>
    withTls({}, (first) =>
      withTls({}, async (second) => {
        const { session } = await tlsExchange(clientOptions(first.port, ca.cert), GET)
        const options = clientOptions(second.port, ca.cert, { session })
        assert.equal((await tlsExchange(options, GET)).isReused, false)
      }),
    ))
})

describe('HttpServer.reloadCertificates', () => {
  /** Certificate and key of one name, in files. */
  async function inFiles(name: string): Promise<{ certFile: string; keyFile: string }> {
    const { cert, key } = await createCertificate([name], { ca })
    return { certFile: file('reload.pem', cert), keyFile: file('reload.key', key) }
  }
  const anyName = { checkServerIdentity: (): undefined => undefined }

  it('shows the new certificate to new connections, and keeps old ones open', async () => {
    const files = await inFiles('old.example')
    await withTls(files, async (server) => {
      const options = clientOptions(server.port, ca.cert, anyName)
      const agent = new https.Agent({ keepAlive: true, ...options })
      const get = (): Promise<string> =>
        new Promise((resolve, reject) => {
          https
            .get({ ...options, agent, path: '/' } as https.RequestOptions, (response) => {
              const socket = response.socket as import('node:tls').TLSSocket
              const shown = String(socket.getPeerCertificate().subject.CN)
              response.resume().on('end', () => resolve(shown))
            })
            .on('error', reject)
        })
      assert.equal(await get(), 'old.example')
      await inFiles('new.example')
      server.reloadCertificates()
      assert.equal(await get(), 'old.example')
      assert.equal((await tlsExchange(options, GET)).certificate, 'new.example')
      agent.destroy()
    })
  })

  it('fails and keeps the old certificate if the new one cannot be used', async () => {
    const files = await inFiles('kept.example')
    await withTls(files, async (server) => {
      file('reload.key', (await createCertificate(['x'])).key)
      assert.throws(() => server.reloadCertificates(), {
        code: 'NET_TLS',
        message: /reload\.key is not the key of the certificate CN=kept\.example in .*reload\.pem/,
      })
      const options = clientOptions(server.port, ca.cert, anyName)
      assert.equal((await tlsExchange(options, GET)).certificate, 'kept.example')
    })
  })

  it('loses no handshake under load', async () => {
    const files = await inFiles('one.example')
    await withTls(files, async (server) => {
      const options = clientOptions(server.port, ca.cert, anyName)
      const seen = new Set<string>()
      const load = { isOver: false }
      const client = async (): Promise<void> => {
        while (!load.isOver) {
          const { answer, certificate } = await tlsExchange(options, GET)
          assert.match(answer, /^HTTP\/1\.1 200 /)
          seen.add(certificate)
        }
      }
      const clients = Array.from({ length: 4 }, client)
      for (const name of ['two.example', 'three.example', 'four.example']) {
        await inFiles(name)
        server.reloadCertificates()
        const before = server.stats().tls.handshakes
        while (server.stats().tls.handshakes < before + 8) await sleep(2)
      }
      load.isOver = true
      await Promise.all(clients)
      assert.equal(server.stats().tls.failed, 0)
      assert.ok(seen.has('four.example'))
    })
  })

  it('happens by itself when a file has changed, and reports a broken one once', async () => {
    const files = await inFiles('first.example')
    const errors: unknown[] = []
    await withTls(
      { ...files, reloadIntervalMs: 10 },
      async (server) => {
        const options = clientOptions(server.port, ca.cert, anyName)
        const shown = async (): Promise<string> => (await tlsExchange(options, GET)).certificate
        file('reload.pem', 'broken')
        while (errors.length === 0) await sleep(2)
        assert.equal(await shown(), 'first.example')
        const reported = errors.length
        assert.match(String(errors[0]), /reload\.pem is not a certificate in PEM format/)
        await sleep(60)
        assert.equal(errors.length, reported)
        await inFiles('second.example')
        while ((await shown()) !== 'second.example') await sleep(5)
      },
      { onError: (error) => errors.push(error) },
    )
  })

  it('fails without TLS', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        assert.throws(() => server.reloadCertificates(), { code: 'NET_TLS' })
      },
    ))
})

describe('tls options', () => {
  let other: TestCertificate
  let locked: TestCertificate

  before(async () => {
    other = await createCertificate(['other'])
    locked = await createCertificate(['locked'], { passphrase: 'right' })
  })

  function refusal(tls: object): string {
    try {
      void new HttpServer(() => text(200, ''), { tls })
      return 'accepted'
    } catch (error) {
      return (error as Error).message
    }
  }

  const cases: readonly (readonly [string, () => object, RegExp])[] = [
    ['no certificate', () => ({}), /tls\.cert must be given, or certFile, pfx or pfxFile/],
    ['no key', () => ({ cert: identity.cert }), /tls\.key must be given, or keyFile/],
    [
      'a missing file',
      () => ({ certFile: '/nowhere/a.pem', key: identity.key }),
      /Cannot read \/nowhere\/a\.pem \(HttpServer options\.tls\.certFile\): no such file/,
    ],
    [
      'a certificate in both ways',
      () => ({ ...identity, certFile: 'a.pem' }),
      /tls\.certFile must be absent if cert is given/,
    ],
    [
      'text that is no certificate',
      () => ({ cert: 'x', key: identity.key }),
      /tls\.cert is not a certificate in PEM/,
    ],
    [
      'text that is no key',
      () => ({ cert: identity.cert, key: 'x' }),
      /tls\.key is not a private key in PEM/,
    ],
    [
      'a key of another certificate',
      () => ({ cert: identity.cert, key: other.key }),
      /tls\.key is not the key of the certificate CN=localhost/,
    ],
    [
      'an encrypted key without passphrase',
      () => locked,
      /tls\.key is encrypted: give its passphrase/,
    ],
    [
      'a wrong passphrase',
      () => ({ ...locked, passphrase: 'wrong' }),
      /tls\.key cannot be decrypted: the passphrase is wrong/,
    ],
    [
      'a wrong key of a named context',
      () => ({ ...identity, contexts: { 'a.example': { cert: identity.cert, key: other.key } } }),
      /tls\.contexts\['a\.example'\]\.key is not the key/,
    ],
    [
      'a context of no host name',
      () => ({ ...identity, contexts: { 'a b': identity } }),
      /tls\.contexts must be host names/,
    ],
    [
      'an unknown option',
      () => ({ ...identity, sert: 1 }),
      /tls\.sert must be absent: known options/,
    ],
    [
      'an old version',
      () => ({ ...identity, minVersion: 'TLSv1' }),
      /minVersion must be 'TLSv1\.2' or/,
    ],
    [
      'versions in the wrong order',
      () => ({ ...identity, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' }),
      /minVersion must be at most maxVersion/,
    ],
    [
      'ciphers nobody knows',
      () => ({ ...identity, ciphers: 'NONSENSE' }),
      /tls cannot be used: .*cipher/i,
    ],
    [
      'short ticket keys',
      () => ({ ...identity, ticketKeys: new Uint8Array(8) }),
      /48 secret bytes/,
    ],
    [
      'a refusal without a request',
      () => ({ ...identity, rejectUnauthorized: true }),
      /rejectUnauthorized must be absent, or given with requestCert/,
    ],
    ['a PKCS #12 that is none', () => ({ pfx: Buffer.from('x') }), /tls cannot be used/],
  ]
  for (const [what, options, expected] of cases) {
    it(`refuse ${what}`, () => assert.match(refusal(options()), expected))
  }

  it('warn of a certificate that has expired, and serve it', async () => {
    const expired = await createCertificate(['old.example'], {
      notBefore: new Date('2020-01-01'),
      notAfter: new Date('2021-01-01'),
    })
    const warned = once(process, 'warning') as Promise<[Error]>
    await withTls(expired, async ({ port }) => {
      const [warning] = await warned
      assert.match(warning.message, /The certificate CN=old\.example has expired on Jan +1 .* 2021/)
      const options = clientOptions(port, ca.cert, { rejectUnauthorized: false })
      assert.match((await tlsExchange(options, GET + KEEP)).answer, /^HTTP\/1\.1 200 /)
    })
  })
})
