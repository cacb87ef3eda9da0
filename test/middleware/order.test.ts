import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import {
  type AppOptions,
  dep,
  get,
  RouteDefinitionError,
  type RouterOptions,
  router,
  websocket,
} from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import { Future, sleep } from '../../src/future/index.ts'
import { createRequest, HttpError, HttpResponse, StreamBody } from '../../src/http/index.ts'
import {
  type AppRequest,
  cors,
  type MiddlewareFunction,
  middleware,
  type Next,
} from '../../src/middleware/index.ts'
import { makeApp } from '../app/support.ts'

/** Notes when it is entered and left. */
function noting(name: string, seen: string[]): MiddlewareFunction {
  const note: MiddlewareFunction = (request, next) => {
    seen.push(`${name} in`)
    return next(request).then((response) => {
      seen.push(`${name} ${response.status}`)
      return response
    })
  }
  Object.defineProperty(note, 'name', { value: name })
  return note
}

const stamp: MiddlewareFunction = async (request, next) => {
  const response = await next(request)
  return response.withHeaders({ 'x-stamp': `${request.method} ${response.status}` })
}

describe('use', () => {
  it('puts the first one outermost: app, router, route', async () => {
    const seen: string[] = []
    const { app, client } = makeApp({ use: [noting('a', seen), noting('b', seen)] })
    app.use(noting('c', seen))
    const item = get('/x', { use: [noting('route', seen)] }, () => {
      seen.push('handler')
      return 1
    })
    const inner = router({ item }, { use: [noting('inner', seen)] })
    app.include(router({ inner }, { use: [noting('outer', seen)] }))
    await client.get('/x')
    const names = ['a', 'b', 'c', 'outer', 'inner', 'route']
    assert.deepEqual(seen, [
      ...names.map((name) => `${name} in`),
      'handler',
      ...names.toReversed().map((name) => `${name} 200`),
    ])
  })

  it('sees what is not found, what is not allowed, files, the docs, HEAD and OPTIONS', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'middleware-'))
    after(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'a.txt'), 'a')
    const { app, client } = makeApp({ use: [stamp] })
    app.get('/x', () => 1)
    app.options('/own', () => 'mine')
    app.static('/files', folder)
    const cases: [method: string, path: string, status: number][] = [
      ['GET', '/x', 200],
      ['HEAD', '/x', 200],
      ['POST', '/x', 405],
      ['OPTIONS', '/x', 405],
      ['OPTIONS', '/own', 200],
      ['GET', '/nothing', 404],
      ['GET', '/files/a.txt', 200],
      ['GET', '/files/b.txt', 404],
      ['GET', '/docs', 200],
      ['GET', '/openapi.json', 200],
    ]
    for (const [method, path, status] of cases) {
      const response = await client.request(method, path)
      assert.equal(response.headers.get('x-stamp'), `${method} ${status}`, `${method} ${path}`)
    }
  })

  it('gives path parameters to the handler, each request its own', async () => {
    const { app, client } = makeApp({ use: [stamp] })
    app.get('/slow/{id:int}/{name}', ({ id, name }) => sleep(5 - id).then(() => `${id} ${name}`))
    const answers = await Promise.all([1, 2, 3].map((id) => client.get(`/slow/${id}/n${id}`)))
    assert.deepEqual(
      answers.map((answer) => answer.json()),
      ['1 n1', '2 n2', '3 n3'],
    )
  })

  it('sees failures as the responses that were made of them', async () => {
    const seen: string[] = []
    const { app, client, logged } = makeApp({ use: [noting('outer', seen)] })
    app.onError(TypeError, () => new HttpResponse(418, null))
    app.get('/typed', () => {
      throw new TypeError('typed')
    })
    app.get('/failed', () => Future.failed(new Error('failed')))
    app.get('/inputs/{id:int}', ({ id }) => id)
    await client.get('/typed')
    await client.get('/failed')
    await client.get('/inputs/x')
    assert.deepEqual(
      seen.filter((each) => each !== 'outer in'),
      ['outer 418', 'outer 500', 'outer 422'],
    )
    assert.equal(logged.length, 1)
  })

  it('answers what a middleware throws or fails with as what a handler throws', async () => {
    const seen: string[] = []
    const failures: Record<string, MiddlewareFunction> = {
      '/thrown': () => {
        throw new HttpError(401, 'who are you?')
      },
      '/async': async (request, next) => {
        await next(request)
        throw new HttpError(403)
      },
      '/future': () => sleep(1).then(() => Future.failed(new RangeError('no'))),
    }
    const { app, client } = makeApp({ use: [noting('outer', seen)] })
    app.onError(RangeError, () => new HttpResponse(409, null))
    for (const [path, use] of Object.entries(failures)) app.get(path, { use: [use] }, () => 1)
    assert.deepEqual((await client.get('/thrown')).json(), { detail: 'who are you?' })
    assert.equal((await client.get('/async')).status, 403)
    assert.equal((await client.get('/future')).status, 409)
    assert.deepEqual(
      seen.filter((each) => each !== 'outer in'),
      ['outer 401', 'outer 403', 'outer 409'],
    )
  })

  it('says which middleware has returned no response', async () => {
    const { app, client, logged } = makeApp()
    const forget = (request: AppRequest, next: Next): void => next(request).ignore()
    const forgetful = middleware('forgetful', forget as unknown as MiddlewareFunction)
    app.get('/x', { use: [forgetful] }, () => 1)
    assert.equal((await client.get('/x')).status, 500)
    assert.match(
      String(logged[0]),
      /middleware forgetful must return an HttpResponse, got undefined/,
    )
  })

  it('lets a middleware answer itself, and the handler not run', async () => {
    const { app, client } = makeApp()
    const seen: string[] = []
    const closed: MiddlewareFunction = () => new HttpResponse(503, 'later', 'text/plain')
    app.get('/x', { use: [closed, noting('inner', seen)] }, () => 1)
    const response = await client.get('/x')
    assert.deepEqual([response.status, response.text, seen.length], [503, 'later', 0])
  })

  it('passes streams on unread, and runs cleanups when they are over', async () => {
    const { app, client } = makeApp({ use: [stamp] })
    const seen: string[] = []
    const resource = dep(function* () {
      yield 'resource'
      seen.push('cleaned up')
    })
    app.get('/stream', { in: { resource } }, ({ resource: name }) => {
      return new StreamBody(
        (function* () {
          yield `${name} `
          seen.push('streamed')
          yield 'end'
        })(),
      )
    })
    const response = await client.get('/stream')
    assert.equal(response.text, 'resource end')
    assert.equal(response.headers.get('x-stamp'), 'GET 200')
    assert.deepEqual(seen, ['streamed', 'cleaned up'])
  })

  it('ends a stream that a middleware throws away with discard()', async () => {
    let ended = 0
    const { app, client } = makeApp()
    const replace: MiddlewareFunction = (request, next) =>
      next(request).then((response) => {
        response.discard()
        return new HttpResponse(204, null)
      })
    const resource = dep(function* () {
      yield 1
      ended++
    })
    const body = (): StreamBody => new StreamBody(['never sent'])
    app.get('/stream', { use: [replace], in: { resource } }, body)
    assert.equal((await client.get('/stream')).status, 204)
    assert.equal(ended, 1)
  })

  it('sees handshakes of WebSockets, can refuse them and add headers to the answer', async () => {
    const { app, client } = makeApp({ use: [stamp] })
    const guarded: MiddlewareFunction = (request, next) => {
      if (request.queryString !== 'token=1') throw new HttpError(401)
      return next(request)
    }
    app.websocket('/chat', { use: [guarded] }, async (socket) => {
      await socket.send('hello')
    })
    await assert.rejects(async () => client.connect('/chat'), /401/)
    const socket = await client.connect('/chat?token=1')
    assert.equal(await socket.receive(), 'hello')
  })

  it('is without a promise where everything is ready', async () => {
    const { app, client } = makeApp({ use: [cors({ origins: 'https://a.test' })] })
    app.get('/x', { use: [(request, next) => next(request)] }, () => 1)
    await client.start()
    assert.ok(app.handle(createRequest({ target: '/x' })) instanceof HttpResponse)
    assert.ok(app.handle(createRequest({ target: '/none' })) instanceof HttpResponse)
  })

  it('refuses what is no middleware', () => {
    assert.throws(() => makeApp({ use: [1 as never] }), OptionError)
    assert.throws(() => makeApp({ use: cors() as never }), OptionError)
    assert.throws(() => router({}, { use: ['cors' as never] }), OptionError)
    assert.throws(() => get('/x', { use: [undefined as never] }, () => 1), OptionError)
    assert.throws(() => websocket('/x', { without: [7 as never] }, () => undefined), OptionError)
    assert.throws(() => middleware('', (request, next) => next(request)), OptionError)
    assert.throws(() => middleware('x', 'y' as never), OptionError)
  })
})

describe('without', () => {
  const statusOf = async (
    use: AppOptions['use'],
    without: RouterOptions['without'],
    outer: RouterOptions = {},
  ): Promise<string | null> => {
    const { app, client } = makeApp(use === undefined ? {} : { use })
    const route = get('/x', without === undefined ? {} : { without }, () => 1)
    app.include(router({ route }, outer))
    return (await client.get('/x')).headers.get('x-stamp')
  }

  it('leaves out a middleware by itself, by its name, or by that of its function', async () => {
    const named = middleware('stamp-it', stamp)
    assert.equal(await statusOf([stamp], undefined), 'GET 200')
    assert.equal(await statusOf([stamp], [stamp]), null)
    assert.equal(await statusOf([stamp], ['stamp']), null)
    assert.equal(await statusOf([named], ['stamp-it']), null)
    assert.equal(await statusOf([named], [named]), null)
  })

  it('leaves out what routers have, and routers what the app has', async () => {
    assert.equal(await statusOf([], ['stamp'], { use: [stamp] }), null)
    assert.equal(await statusOf([stamp], undefined, { without: ['stamp'] }), null)
  })

  it('does not leave out what the route itself uses', async () => {
    const { app, client } = makeApp({ use: [stamp] })
    app.get('/x', { without: [stamp], use: [stamp] }, () => 1)
    assert.equal((await client.get('/x')).headers.get('x-stamp'), 'GET 200')
  })

  it('refuses to start if there is no such middleware', async () => {
    const { app } = makeApp({ use: [stamp] })
    app.get('/x', { without: ['cors'] }, () => 1)
    await assert.rejects(
      async () => app.start(),
      (error: unknown) => {
        assert.ok(error instanceof RouteDefinitionError)
        assert.match(error.message, /GET \/x: without names "cors".*there is stamp/)
        return true
      },
    )
  })
})
