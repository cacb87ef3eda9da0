import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, it } from 'node:test'
import { sleep } from '../../src/future/index.ts'
import {
  type RequestHandler,
  type UpgradedConnection,
  UpgradeResponse,
} from '../../src/http/index.ts'
import type { Connection } from '../../src/net/index.ts'
import { RawClient } from './support/raw-client.ts'
import { statuses, text, withServer } from './support/serve.ts'

const UPGRADE =
  'GET /echo HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: Echo\r\n\r\n'
const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

/** Sends back what comes, and `bye` when the server closes. */
class EchoOwner implements UpgradedConnection {
  readonly #connection: Connection
  readonly log: string[]

  constructor(connection: Connection, head: Buffer, log: string[]) {
    this.#connection = connection
    this.log = log
    if (head.length > 0) connection.write(head)
    connection.setHandler({
      onData: (chunk) => void connection.write(chunk),
      onEnd: () => connection.end(),
      onDrain: () => {},
      onClose: () => log.push('closed'),
    })
  }

  shutdown(): void {
    this.log.push('shutdown')
    this.#connection.write('bye')
    this.#connection.end()
  }

  destroy(): void {
    this.log.push('destroy')
    this.#connection.destroy()
  }
}

function echo(log: string[] = []): UpgradeResponse {
  return new UpgradeResponse(
    'echo',
    [['x-more', '1']],
    (connection, head) => new EchoOwner(connection, head, log),
  )
}

const HANDLERS: Readonly<Record<string, RequestHandler>> = {
  'answers at once': (request) => (request.path === '/echo' ? echo() : text(200, 'plain')),
  'answers later': (request) =>
    sleep(5).then(() => (request.path === '/echo' ? echo() : text(200, 'plain'))),
}

for (const readPath of ['shared', 'stream'] as const) {
  for (const [name, handler] of Object.entries(HANDLERS)) {
    describe(`UpgradeResponse of a handler that ${name}, ${readPath} path`, () => {
      it('switches behind earlier responses, and hands over what came with the request', () =>
        withServer(
          handler,
          async (server) => {
            const client = await RawClient.connect(server.port)
            client.send(`${GET}${UPGRADE}first`)
            const answer = await client.until(/first/)
            assert.deepEqual(statuses(answer), [200, 101])
            assert.match(
              answer,
              /HTTP\/1\.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: Upgrade\r\nx-more: 1\r\n\r\nfirst$/,
            )
            client.send(' second')
            await client.until(/second/)
            client.end()
            await client.untilEnd()
            while (server.stats().connections.open > 0) await sleep(1)
            assert.equal(server.stats().bytes.received, `${GET}${UPGRADE}first second`.length)
            assert.equal(server.stats().bytes.sent, client.received.length)
          },
          { readPath },
        ))

      it('switches wherever the input is cut', () =>
        withServer(
          handler,
          async (server) => {
            const input = `${UPGRADE}0123456789`
            for (let cut = 1; cut < input.length; cut += 7) {
              const client = await RawClient.connect(server.port)
              client.send(input.slice(0, cut))
              await new Promise((resolve) => setImmediate(resolve))
              client.send(input.slice(cut))
              assert.deepEqual(statuses(await client.until(/9$/)), [101])
              assert.match(client.received, /\r\n\r\n0123456789$/)
              client.destroy()
            }
          },
          { readPath },
        ))

      it('answers on if the handler does not switch', () =>
        withServer(
          handler,
          async (server) => {
            const client = await RawClient.connect(server.port)
            client.send(UPGRADE.replace('/echo', '/plain') + GET + GET)
            const answer = await client.until(/(?:\r\n\r\nplain[^]*){3}/)
            assert.deepEqual(statuses(answer), [200, 200, 200])
            client.destroy()
          },
          { readPath },
        ))
    })
  }
}

describe('UpgradeResponse', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['asks for nothing', GET],
    ['asks for another protocol', UPGRADE.replace('Echo', 'h2c, chat')],
    ['does not name it in Connection', UPGRADE.replace(', Upgrade', '')],
    ['speaks HTTP/1.0', UPGRADE.replace('HTTP/1.1', 'HTTP/1.0')],
    ['owes its body', UPGRADE.replace('\r\n\r\n', '\r\nContent-Length: 9\r\n\r\n')],
  ]
  for (const [what, input] of refused) {
    it(`is a 500 for a client that ${what}`, async () => {
      const errors: unknown[] = []
      await withServer(
        () => echo(),
        async (server) => {
          const client = await RawClient.connect(server.port)
          client.send(input)
          client.end()
          assert.deepEqual(statuses(await client.untilEnd()), [500])
          assert.equal((errors[0] as { code?: string }).code, 'HTTP_RESPONSE')
        },
        { onError: (error) => errors.push(error) },
      )
    })
  }

  it('is not subject to the timeouts of HTTP', () =>
    withServer(
      () => echo(),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(UPGRADE)
        await client.until(/\r\n\r\n/)
        await sleep(200)
        assert.equal(client.isEnded, false)
        assert.equal(server.stats().connections.open, 1)
        client.destroy()
      },
      { idleTimeoutMs: 20, headerTimeoutMs: 20, handlerTimeoutMs: 20, bodyTimeoutMs: 20 },
    ))

  it('leaves the goodbye to the owner when the server closes', async () => {
    const log: string[] = []
    await withServer(
      () => echo(log),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(UPGRADE)
        await client.until(/\r\n\r\n/)
        const closed = server.close()
        await client.until(/bye$/)
        client.end()
        await closed
        assert.deepEqual(log, ['shutdown', 'closed'])
        assert.equal(server.stats().connections.open, 0)
      },
    )
  })

  it('is cut off at the deadline of the close', async () => {
    const log: string[] = []
    const response = new UpgradeResponse('echo', undefined, (connection, head) => {
      const owner = new EchoOwner(connection, head, log)
      return { shutdown: () => log.push('shutdown'), destroy: () => owner.destroy() }
    })
    await withServer(
      () => response,
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(UPGRADE)
        await client.until(/\r\n\r\n/)
        await server.close({ timeoutMs: 60 })
        assert.deepEqual(log, ['shutdown', 'destroy', 'closed'])
      },
    )
  })

  it('closes the connection if its owner throws, and tells onError', async () => {
    const errors: unknown[] = []
    await withServer(
      () =>
        new UpgradeResponse('echo', undefined, () => {
          throw new Error('no owner')
        }),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(UPGRADE)
        await client.untilEnd()
        while (server.stats().connections.open > 0) await sleep(1)
        assert.equal((errors[0] as Error).message, 'no owner')
      },
      { onError: (error) => errors.push(error) },
    )
  })
})
