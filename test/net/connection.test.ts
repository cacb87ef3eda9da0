import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import * as net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { AbortedError, OptionError, TimeoutError } from '../../src/core/errors.ts'
import { ConnectError, Connection, type ConnectionHandler, Listener } from '../../src/net/index.ts'

/** Notes what a connection tells, and lets tests wait for its end. */
class Recorder implements ConnectionHandler {
  received = ''
  readonly events: string[] = []
  error: Error | undefined
  readonly closed: Promise<void>
  #close!: () => void
  onChunk: (chunk: Buffer) => void = () => {}
  onDrained: () => void = () => {}

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#close = resolve
    })
  }

  onData(chunk: Buffer): void {
    this.received += chunk.toString('latin1')
    this.onChunk(chunk)
  }

  onEnd(): void {
    this.events.push('end')
  }

  onDrain(): void {
    this.events.push('drain')
    this.onDrained()
  }

  onClose(error: Error | undefined): void {
    this.events.push('close')
    this.error = error
    this.#close()
  }
}

for (const readPath of ['shared', 'stream'] as const) {
  describe(`Connection, ${readPath} path`, () => {
    /** A listener, a client connected to it, and the connection accepted for it. */
    async function withPair(
      use: (client: Connection, server: Connection, c: Recorder, s: Recorder) => Promise<void>,
    ): Promise<void> {
      const serverSide = new Recorder()
      const clientSide = new Recorder()
      let accept: (connection: Connection) => void = () => {}
      const accepted = new Promise<Connection>((resolve) => {
        accept = resolve
      })
      const listener = await Listener.listen({ port: 0, host: '127.0.0.1' }, (socket) => {
        accept(Connection.accept(socket, serverSide, { readPath }))
      })
      const client = await Connection.connect({
        host: '127.0.0.1',
        port: listener.port,
        handler: clientSide,
        readPath,
      })
      const server = await accepted
      try {
        await use(client, server, clientSide, serverSide)
      } finally {
        client.destroy()
        server.destroy()
        await Promise.all([clientSide.closed, serverSide.closed])
        listener.close()
      }
    }

    it('carries text and bytes both ways, then both ends', () =>
      withPair(async (client, server, c, s) => {
        client.write('ab')
        client.write(new Uint8Array([99]))
        client.write('é', 'utf8')
        client.end()
        await waitFor(() => s.events.includes('end'))
        server.write('ok', 'latin1')
        server.end()
        await Promise.all([c.closed, s.closed])
        assert.equal(s.received, 'abc\u00c3\u00a9')
        assert.equal(c.received, 'ok')
        assert.deepEqual(c.events, ['end', 'close'])
        assert.deepEqual(s.events, ['end', 'close'])
      }))

    it('copies bytes that are written, and sends small and big parts in order', () =>
      withPair(async (client, _server, _c, s) => {
        const bytes = Buffer.alloc(10_000, 'a')
        client.write('<')
        client.write(bytes)
        bytes.fill('b')
        client.write('|')
        client.writeOwned(Buffer.alloc(10_000, 'c'))
        client.write('>')
        await waitFor(() => s.received.endsWith('>'))
        assert.equal(s.received, `<${'a'.repeat(10_000)}|${'c'.repeat(10_000)}>`)
      }))

    it('sends what is written in one turn in one piece', () =>
      withPair(async (client, _server, _c, s) => {
        const chunks: number[] = []
        s.onChunk = (chunk) => chunks.push(chunk.length)
        for (let index = 0; index < 100; index++) client.write('0123456789')
        assert.equal(client.bufferedBytes, 1000)
        await waitFor(() => s.received.length === 1000)
        assert.deepEqual(chunks, [1000])
      }))

    it('says false while the peer does not read, and drains when it does', () =>
      withPair(async (client, server, c, s) => {
        server.pause()
        const block = 'x'.repeat(65_536)
        let sent = 0
        while (client.write(block, 'latin1')) sent += block.length
        sent += block.length
        assert.ok(client.bufferedBytes > 0)
        const drained = new Promise<void>((resolve) => {
          c.onDrained = resolve
        })
        server.resume()
        await drained
        assert.equal(client.isCongested, false)
        await waitFor(() => s.received.length === sent)
        assert.equal(client.bytesWritten, sent)
        assert.equal(server.bytesRead, sent)
      }))

    it('keeps text and bytes in order while the peer is slow, and sends the rest before the end', () =>
      withPair(async (client, server, c, s) => {
        server.pause()
        let expected = ''
        for (let index = 0; index < 400; index++) {
          const text = `${index},`.repeat(1 + ((index * 7919) % 2000))
          expected += text
          if (index % 3 === 0) client.writeOwned(Buffer.from(text, 'latin1'))
          else client.write(text, 'latin1')
          if (index % 5 === 0) client.flush()
        }
        client.end()
        server.resume()
        await waitFor(() => s.events.includes('end'))
        assert.equal(s.received.length, expected.length)
        assert.ok(s.received === expected, 'bytes changed places')
        assert.ok(!c.events.includes('close'))
      }))

    it('closes once, with the reason, when the peer resets it while bytes wait', () =>
      withPair(async (client, server, c) => {
        server.pause()
        while (client.write('x'.repeat(65_536), 'latin1'));
        server.destroy()
        await c.closed
        const { code }: NodeJS.ErrnoException = c.error ?? new Error('closed without a reason')
        assert.ok(code === 'ECONNRESET' || code === 'EPIPE', `closed with ${code}`)
        assert.equal(c.events.filter((event) => event === 'close').length, 1)
      }))

    it('reports what broke it, once, and drops what is written later', () =>
      withPair(async (client, _server, c) => {
        const reason = new Error('enough')
        client.destroy(reason)
        assert.equal(client.write('late'), false)
        await c.closed
        assert.equal(c.error, reason)
        assert.equal(client.isClosed, true)
        assert.deepEqual(c.events, ['close'])
      }))

    it('closes the connection when its handler throws', () =>
      withPair(async (client, _server, _c, s) => {
        s.onChunk = () => {
          throw new RangeError('bad handler')
        }
        client.write('x')
        await s.closed
        assert.ok(s.error instanceof RangeError)
      }))

    it('knows both addresses', () =>
      withPair(async (client, server) => {
        assert.equal(client.remoteAddress, '127.0.0.1')
        assert.equal(client.remotePort, server.localPort)
        assert.equal(server.remotePort, client.localPort)
      }))
  })
}

describe('Connection.connect', () => {
  const handler = new Recorder()

  it('fails with the address and the reason when nothing listens', async () => {
    const port = await unusedPort()
    await assert.rejects(
      async () => Connection.connect({ host: '127.0.0.1', port, handler }),
      (error: ConnectError) => {
        assert.ok(error instanceof ConnectError)
        assert.equal(error.code, 'NET_CONNECT')
        assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}: connection refused`))
        return true
      },
    )
  })

  it('fails with TimeoutError when nobody answers in time', async () => {
    // Accepts, and never answers the TLS greeting.
    const server = net.createServer().listen({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    const { port } = server.address() as net.AddressInfo
    await assert.rejects(
      async () => Connection.connect({ host: '127.0.0.1', port, handler, timeoutMs: 30, tls: {} }),
      TimeoutError,
    )
    server.close()
  })

  it('gives up when its signal fires, before or while it connects', async () => {
    const port = await unusedPort()
    await assert.rejects(
      async () =>
        Connection.connect({ host: '127.0.0.1', port, handler, signal: AbortSignal.abort('no') }),
      AbortedError,
    )
    const controller = new AbortController()
    const connecting = Connection.connect({
      host: '127.0.0.1',
      port,
      handler,
      signal: controller.signal,
    })
    controller.abort('no more')
    await assert.rejects(async () => connecting, AbortedError)
  })

  it('refuses unknown options, and a port together with a path', () => {
    const options = { port: 1, handler, colour: 'red' }
    assert.throws(() => Connection.connect(options), OptionError)
    assert.throws(() => Connection.connect({ port: 1, path: '/x', handler }), OptionError)
    assert.throws(() => Connection.connect({ handler }), OptionError)
  })

  it('connects to a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fasterapi-net-'))
    const path = join(folder, 'socket')
    const serverSide = new Recorder()
    let server: Connection | undefined
    const listener = await Listener.listen({ path }, (socket) => {
      server = Connection.accept(socket, serverSide)
    })
    const clientSide = new Recorder()
    const client = await Connection.connect({ path, handler: clientSide })
    client.write('hello')
    await waitFor(() => serverSide.received === 'hello')
    client.destroy()
    server?.destroy()
    await clientSide.closed
    listener.close()
    rmSync(folder, { recursive: true })
  })
})

async function unusedPort(): Promise<number> {
  const server = net.createServer().listen({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function waitFor(isDone: () => boolean): Promise<void> {
  for (let turn = 0; !isDone(); turn++) {
    assert.ok(turn < 100_000, 'it never happens')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
