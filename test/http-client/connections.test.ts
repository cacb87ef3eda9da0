import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import * as http from 'node:http'
import * as http2 from 'node:http2'
import * as https from 'node:https'
import type { AddressInfo } from 'node:net'
import * as net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { MockAgent } from 'undici'
import { HttpClient } from '../../src/http-client/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'fasterapi-client-'))
after(() => rmSync(folder, { recursive: true }))

interface Listening {
  listen(...at: unknown[]): unknown
  close(): unknown
  address(): AddressInfo | string | null
}

async function serving(
  server: Listening & NodeJS.EventEmitter,
  use: (port: number) => Promise<void>,
) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}

/** A certificate that signs itself, and serves as its own authority. */
function certificate(name: string): { key: Buffer; cert: Buffer } {
  const key = join(folder, `${name}.key`)
  const cert = join(folder, `${name}.crt`)
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const files = ['-keyout', key, '-out', cert, '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...algorithm, ...files, ...subject], { stdio: 'ignore' })
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

describe('the connections of a client', () => {
  it('can go to a Unix socket', async () => {
    const path = join(folder, 'http.sock')
    const server = http.createServer((request, response) => response.end(request.headers.host))
    server.listen(path)
    await once(server, 'listening')
    const client = new HttpClient({ baseUrl: 'http://service', pool: { socketPath: path } })
    assert.equal(await client.get('/').then((response) => response.text()), 'service')
    await client.close()
    server.close()
  })

  it('check the certificate of the server, and can show one', async () => {
    const ours = certificate('server')
    const theirs = certificate('client')
    const options = { ...ours, ca: theirs.cert, requestCert: true, rejectUnauthorized: true }
    const server = https.createServer(options, (request, response) => {
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN)
    })
    server.on('tlsClientError', () => {})
    await serving(server, async (port) => {
      const baseUrl = `https://localhost:${port}`
      const trusting = new HttpClient({ baseUrl, pool: { tls: { ca: ours.cert, ...theirs } } })
      assert.equal(await trusting.get('/').then((response) => response.text()), 'client')
      await trusting.close()
      const suspicious = new HttpClient({ baseUrl, retry: false })
      await assert.rejects(async () => suspicious.get('/'), {
        code: 'HTTP_CLIENT_CONNECT',
        message: /self-signed certificate/,
      })
      await suspicious.close()
      const unknown = new HttpClient({ baseUrl, retry: false, pool: { tls: { ca: ours.cert } } })
      await assert.rejects(async () => unknown.get('/'), /HttpClientError/)
      await unknown.close()
    })
  })

  it('can speak HTTP/2', async () => {
    const ours = certificate('h2')
    const server = http2.createSecureServer(ours)
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/plain' })
      stream.end('over 2')
    })
    await serving(server, async (port) => {
      const client = new HttpClient({ pool: { http2: true, tls: { ca: ours.cert } } })
      const response = await client.get(`https://localhost:${port}/`)
      assert.equal(await response.text(), 'over 2')
      await client.close()
    })
  })

  it('can go through a proxy, which is told the token', async () => {
    const origin = http.createServer((_request, response) => response.end('behind'))
    await serving(origin, async (originPort) => {
      const asked: (string | undefined)[] = []
      const proxy = http.createServer()
      proxy.on('connect', (request, socket: net.Socket) => {
        asked.push(request.url, request.headers['proxy-authorization'])
        const target = net.connect(originPort, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n')
          target.pipe(socket).pipe(target)
        })
        target.on('error', () => socket.destroy())
        socket.on('error', () => target.destroy())
      })
      await serving(proxy, async (proxyPort) => {
        const uri = `http://127.0.0.1:${proxyPort}`
        const client = new HttpClient({ pool: { proxy: { uri, token: 'Bearer p' } } })
        const response = await client.get('http://origin.example/')
        assert.equal(await response.text(), 'behind')
        assert.deepEqual(asked, ['origin.example:80', 'Bearer p'])
        await client.close({ timeoutMs: 0 })
      })
    })
  })

  it("can be replaced by one of undici's dispatchers, such as its mock", async () => {
    const mock = new MockAgent()
    mock.disableNetConnect()
    const pool = mock.get('http://service.example')
    pool.intercept({ path: '/users/7' }).reply(503)
    pool
      .intercept({ path: '/users/7' })
      .reply(200, { id: 7 }, { headers: { 'content-type': 'application/json' } })
    const client = new HttpClient({
      baseUrl: 'http://service.example',
      dispatcher: mock,
      retry: { baseMs: 1 },
    })
    const response = await client.get('/users/7')
    assert.deepEqual([response.attempts, await response.json()], [2, { id: 7 }])
    await client.close()
    mock.assertNoPendingInterceptors()
    await mock.close()
  })
})
