import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { App, signal } from '../../src/app/index.ts'
import { AbortedError, sleep } from '../../src/future/index.ts'

describe('a request whose client goes away', () => {
  it('stops the work that listens to its signal, and is not logged as a failure', async () => {
    const logged: unknown[] = []
    const app = new App({ logError: (error) => logged.push(error) })
    let stopped: unknown
    const entered = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    app.get('/slow', { in: { signal: signal() } }, ({ signal }) => {
      entered.resolve()
      return sleep(60_000, { signal }).catch((reason) => {
        stopped = reason
        left.resolve()
        throw new AbortedError(reason, 'The sleep')
      })
    })
    const server = await app.listen({ port: 0 })
    const client = connect(server.port, '127.0.0.1')
    await once(client, 'connect')
    client.write('GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await entered.promise
    client.destroy()
    await left.promise
    await server.close()
    assert.match(String(stopped), /client has closed the connection/)
    assert.deepEqual(logged, [])
  })
})
