import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { App, body, dep, type ListenAppOptions } from '../../src/app/index.ts'
import { Deferred } from '../../src/future/index.ts'
import { int, object, str } from '../../src/schema/index.ts'

describe('listen', () => {
  it('serves over a real socket, from validation to cleanup', async () => {
    const log: string[] = []
    const app = new App()
    const unit = dep(async function* () {
      yield 'unit'
      log.push('cleaned up')
    })
    const User = object({ id: int(), name: str() })
    app.post('/users', { in: { user: body(User), unit }, out: { 201: User } }, ({ user }) => user)
    const server = await app.listen({ port: 0 })
    after(() => server.close())
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    const send = (json: unknown): Promise<Response> =>
      fetch(`${server.url}/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(json),
      })
    const created = await send({ id: 1, name: 'Jürgen', secret: 'x' })
    assert.equal(created.status, 201)
    assert.equal(await created.text(), '{"id":1,"name":"Jürgen"}')
    assert.equal((await send({ id: 'x' })).status, 422)
    assert.equal((await fetch(`${server.url}/nowhere`)).status, 404)
    assert.equal(server.stats().requests.total, 3)
    await server.close()
    assert.deepEqual(log, ['cleaned up'])
    await assert.rejects(fetch(server.url))
  })

  it('lets a request in flight finish before the app stops', async () => {
    const app = new App()
    const log: string[] = []
    const entered = new Deferred<void>()
    const answer = new Deferred<string>()
    app.get('/slow', () => {
      entered.resolve()
      return answer.future
    })
    app.onStop(() => log.push('stopped'))
    const server = await app.listen({ port: 0 })
    after(() => server.close())
    const response = fetch(`${server.url}/slow`)
    await entered.future
    const closed = server.close()
    assert.equal(server.close(), closed)
    assert.deepEqual(log, [])
    answer.resolve('done')
    assert.equal(await (await response).text(), '"done"')
    await closed
    assert.deepEqual(log, ['stopped'])
  })

  it('stops the app again if the port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const { port } = blocker.address() as { port: number }
    const log: string[] = []
    const app = new App()
    app.onStart(() => log.push('start'))
    app.onStop(() => log.push('stop'))
    await assert.rejects(app.listen({ port }).toPromise(), {
      code: 'HTTP_LISTEN',
      message: new RegExp(`127.0.0.1:${port}`),
    })
    assert.deepEqual(log, ['start', 'stop'])
    blocker.close()
  })

  it('refuses unknown options', async () => {
    const app = new App()
    assert.throws(() => app.listen({ prot: 1 } as ListenAppOptions), { code: 'CORE_OPTION' })
  })

  it('takes no routes, hooks or second start once the app has started', async () => {
    const app = new App()
    assert.throws(() => app.openapi(), { code: 'APP_STATE' })
    await app.start()
    assert.throws(() => app.get('/a', () => 1), { code: 'APP_STATE' })
    assert.throws(() => app.onStart(() => 1), { code: 'APP_STATE' })
    await assert.rejects(app.start().toPromise(), { code: 'APP_STATE' })
    await app.stop()
    await app.stop()
    await app.start()
    await app.stop()
  })

  it('fails with the failure of a start hook, and of the first stop hook that fails', async () => {
    const app = new App()
    const log: string[] = []
    app.onStart(async () => {
      if (log.length === 0) throw new Error('not yet')
    })
    app.onStop(() => log.push('first'))
    app.onStop(async () => {
      throw new Error('cannot stop')
    })
    await assert.rejects(app.start().toPromise(), /not yet/)
    log.push('again')
    await app.start()
    await assert.rejects(app.stop().toPromise(), /cannot stop/)
    assert.deepEqual(log, ['again', 'first'])
  })
})

const PROGRAM = fileURLToPath(new URL('run-program.ts', import.meta.url))

function start(...args: string[]): ChildProcess & { text: () => string } {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return Object.assign(child, { text: () => text })
}

describe('run', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`says where it serves, and drains on ${signal}`, async () => {
      const child = start('0')
      while (!child.text().includes('serves')) await once(child.stdout!, 'data')
      const [url] = /http:\/\/[\d.:]+/.exec(child.text()) ?? []
      assert.match(child.text(), /Program 1\.2\.3 serves .*\/docs/)
      const response = fetch(`${url}/slow`)
      while (!child.text().includes('entered')) await once(child.stdout!, 'data')
      child.kill(signal)
      assert.equal(await (await response).text(), '"finished"')
      const [code] = await once(child, 'exit')
      assert.equal(code, 0)
      assert.match(child.text(), /stop hook ran/)
    })
  }

  it('exits with status 1 and one line if the port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const { port } = blocker.address() as { port: number }
    const child = start(String(port))
    const [code] = await once(child, 'close')
    assert.equal(code, 1)
    const lines = child
      .text()
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('FASTERAPI_DEBUG'))
    assert.equal(lines.length, 2, child.text())
    assert.match(lines[0] ?? '', /stop hook ran/)
    assert.match(lines[1] ?? '', new RegExp(`^fasterapi: cannot start: .*127.0.0.1:${port}`))
    blocker.close()
  })
})
