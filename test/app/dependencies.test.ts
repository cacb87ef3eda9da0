import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Dependency, dep, header, query } from '../../src/app/index.ts'
import { Deferred, Future, sleep } from '../../src/future/index.ts'
import { HttpError } from '../../src/http/index.ts'
import { int, str } from '../../src/schema/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { locations, makeApp } from './support.ts'

describe('dep', () => {
  it('takes a value, a function, a Future, a promise and a generator of either kind', async () => {
    const { app, client } = makeApp()
    app.get(
      '/',
      {
        in: {
          value: dep({ a: 1 }),
          sync: dep(() => 2),
          future: dep(() => Future.ready(3)),
          later: dep(() => sleep(1).then(() => 4)),
          promise: dep(async () => 5),
          generator: dep(function* () {
            yield 6
          }),
          asyncGenerator: dep(async function* () {
            yield 7
          }),
        },
      },
      (inputs) => inputs,
    )
    assert.deepEqual((await client.get('/')).json(), {
      value: { a: 1 },
      sync: 2,
      future: 3,
      later: 4,
      promise: 5,
      generator: 6,
      asyncGenerator: 7,
    })
  })

  it('gives dependencies their own inputs and dependencies', async () => {
    const { app, client } = makeApp()
    const limit = dep({ n: query(int({ default: 1 })) }, ({ n }) => n * 10)
    const user = dep({ in: { limit, token: header('authorization', str()) } }, (inputs) => inputs)
    app.get('/', { in: { user } }, ({ user }) => user)
    const headers = { authorization: 'x' }
    assert.deepEqual((await client.get('/?n=2', { headers })).json(), { limit: 20, token: 'x' })
    assert.deepEqual(locations(await client.get('/?n=x')), [
      'int_parsing query.n',
      'missing header.authorization',
    ])
  })

  it('is made once a request, however many ask for it', async () => {
    const { app, client } = makeApp()
    let made = 0
    const base = dep(() => ++made)
    const left = dep({ base }, ({ base }) => base)
    const right = dep({ base }, async ({ base }) => base)
    app.get('/', { in: { base, left, right } }, (inputs) => inputs)
    assert.deepEqual((await client.get('/')).json(), { base: 1, left: 1, right: 1 })
    assert.deepEqual((await client.get('/')).json(), { base: 2, left: 2, right: 2 })
  })

  it('runs beside others that do not need it', async () => {
    const { app, client } = makeApp()
    const first = new Deferred<string>()
    const waits = dep(() => first.future)
    // If this one waited for the other, the request would never end.
    const opens = dep(() => first.resolve('opened'))
    const after = dep({ waits }, ({ waits }) => `${waits} and used`)
    app.get('/', { in: { waits, opens, after } }, ({ after }) => after)
    assert.equal((await client.get('/')).json(), 'opened and used')
  })

  it('is not called when an input is invalid', async () => {
    const { app, client } = makeApp()
    let called = 0
    const guard = dep(() => ++called)
    app.get('/', { in: { guard, n: query(int()) } }, () => 1)
    assert.equal((await client.get('/?n=x')).status, 422)
    assert.equal(called, 0)
  })

  it('stops the request with its failure', async () => {
    const { app, client } = makeApp()
    const denied = dep(() => {
      throw new HttpError(401, 'who are you?')
    })
    const deniedLater = dep(async () => {
      throw new HttpError(403, 'not you')
    })
    const dependent = dep({ deniedLater }, () => assert.fail('it cannot be made'))
    app.get('/now', { in: { denied } }, () => assert.fail('it cannot be called'))
    app.get('/later', { in: { dependent } }, () => assert.fail('it cannot be called'))
    assert.equal((await client.get('/now')).status, 401)
    assert.equal((await client.get('/later')).status, 403)
  })

  it('refuses cycles, naming the way around', async () => {
    const { app } = makeApp()
    const inputs: Record<string, Dependency<number>> = {}
    const a = dep({ in: inputs }, function a() {
      return 1
    })
    const b = dep({ a }, function b() {
      return 2
    })
    inputs['b'] = b
    app.get('/', { in: { a } }, () => 1)
    await assert.rejects(app.start().toPromise(), /a -> b -> a/)
  })

  it('refuses options that cannot work', () => {
    assert.throws(() => dep({ scope: 'galaxy' } as never, () => 1), { code: 'CORE_OPTION' })
    assert.throws(() => dep({ in: { a: 1 } } as never, () => 1), { code: 'CORE_OPTION' })
    assert.throws(() => dep({ cleanup: 'never' } as never, () => 1), { code: 'CORE_OPTION' })
    assert.throws(() => dep({ scop: 'core' } as never, () => 1), { code: 'CORE_OPTION' })
  })
})

describe('generator dependencies', () => {
  it('clean up after the response, the last made first', async () => {
    const { app } = makeApp()
    const log: string[] = []
    const outer = dep(function* () {
      yield 'outer'
      log.push('close outer')
    })
    const inner = dep({ outer }, async function* () {
      yield 'inner'
      log.push('close inner')
    })
    app.get('/', { in: { inner } }, ({ inner }) => {
      log.push('handle')
      return inner
    })
    await app.start()
    const { TestRequest } = await import('../../src/testing/index.ts')
    const request = new TestRequest('GET', '/', [], undefined, 0)
    const response = await app.handle(request)
    assert.equal(response.status, 200)
    assert.deepEqual(log, ['handle'])
    request.sent()
    await app.settled()
    assert.deepEqual(log, ['handle', 'close inner', 'close outer'])
    await app.stop()
  })

  it('see the failure of the handler at their yield, before the response is made', async () => {
    const { app, client, logged } = makeApp()
    const log: string[] = []
    const transaction = dep(async function* () {
      try {
        yield 'tx'
        log.push('commit')
      } catch (error) {
        log.push(`rollback: ${String(error)}`)
        throw error
      }
    })
    app.get('/ok', { in: { transaction } }, () => 1)
    app.get('/thrown', { in: { transaction } }, () => {
      throw new HttpError(409, 'conflict')
    })
    app.get('/rejected', { in: { transaction } }, async () => {
      throw new Error('boom')
    })
    app.get('/unwritable', { in: { transaction }, out: { 200: int() } }, () => 'x' as never)
    assert.equal((await client.get('/ok')).status, 200)
    assert.equal((await client.get('/thrown')).status, 409)
    assert.equal((await client.get('/rejected')).status, 500)
    assert.equal((await client.get('/unwritable')).status, 500)
    assert.equal(log[0], 'commit')
    assert.match(log[1] ?? '', /^rollback: HttpError: 409/)
    assert.equal(log[2], 'rollback: Error: boom')
    assert.match(log[3] ?? '', /^rollback: ResponseValidationError/)
    assert.equal(logged.length, 2)
  })

  it('may put another failure in the place of the handler’s, but cannot swallow it', async () => {
    const { app, client } = makeApp()
    const translates = dep(function* () {
      try {
        yield 1
      } catch {
        throw new HttpError(503, 'translated')
      }
    })
    const swallows = dep(function* () {
      try {
        yield 1
      } catch {
        // on purpose
      }
    })
    const fails = (): never => {
      throw new HttpError(409, 'original')
    }
    app.get('/translates', { in: { translates } }, fails)
    app.get('/swallows', { in: { swallows } }, fails)
    assert.equal((await client.get('/translates')).status, 503)
    assert.equal((await client.get('/swallows')).status, 409)
  })

  it('release what was acquired when a later dependency fails', async () => {
    const { app, client } = makeApp()
    const log: string[] = []
    const slow = dep(async function* () {
      await sleep(2)
      try {
        yield 1
      } catch (error) {
        log.push('released')
        throw error
      }
    })
    const fails = dep(() => {
      throw new HttpError(401, 'no')
    })
    app.get('/', { in: { slow, fails } }, () => assert.fail('it cannot be called'))
    assert.equal((await client.get('/')).status, 401)
    assert.deepEqual(log, ['released'])
  })

  it('can finish before the response, and then fail it', async () => {
    const { app, client } = makeApp()
    const commits = dep({ cleanup: 'handler' }, async function* () {
      yield 1
      throw new HttpError(409, 'the commit failed')
    })
    app.get('/', { in: { commits } }, () => 'done')
    assert.equal((await client.get('/')).status, 409)
  })

  it('log what goes wrong after the response', async () => {
    const { app, client, logged } = makeApp()
    const late = dep(function* () {
      yield 1
      throw new Error('too late')
    })
    const twice = dep(function* twice() {
      yield 1
      yield 2
    })
    app.get('/late', { in: { late } }, () => 'sent')
    app.get('/twice', { in: { twice } }, () => 'sent')
    assert.equal((await client.get('/late')).status, 200)
    assert.equal((await client.get('/twice')).status, 200)
    assert.deepEqual(logged.map(String), [
      'Error: too late',
      'DependencyError: twice yielded twice; a dependency yields one value',
    ])
  })

  it('must yield', async () => {
    const { app, client, logged } = makeApp()
    // oxlint-disable-next-line require-yield -- that is what the test is about
    const silent = dep(function* silent() {
      return 1
    })
    app.get('/', { in: { silent } }, () => 1)
    assert.equal((await client.get('/')).status, 500)
    assert.match(String(logged[0]), /silent did not yield a value/)
  })
})

describe('core dependencies', () => {
  it('live from start to stop, and end in reverse order', async () => {
    const { app } = makeApp()
    const log: string[] = []
    const pool = dep({ scope: 'core' }, async function* () {
      log.push('open pool')
      yield { n: 1 }
      log.push('close pool')
    })
    const cache = dep({ scope: 'core', in: { pool } }, function* ({ pool }) {
      log.push(`open cache of ${pool.n}`)
      yield pool
      log.push('close cache')
    })
    app.get('/', { in: { cache, pool } }, ({ cache, pool }) => cache === pool)
    app.onStart({ cache }, ({ cache }) => log.push(`start ${cache.n}`))
    app.onStop(() => log.push('stop'))
    const client = new TestClient(app)
    assert.equal((await client.get('/')).json(), true)
    assert.equal((await client.get('/')).json(), true)
    await client.close()
    assert.deepEqual(log, [
      'open pool',
      'open cache of 1',
      'start 1',
      'stop',
      'close cache',
      'close pool',
    ])
  })

  it('stop the start with their failure, and end those that had started', async () => {
    const { app } = makeApp()
    const log: string[] = []
    const first = dep({ scope: 'core' }, function* () {
      yield 1
      log.push('closed')
    })
    const cause = new Error('no database')
    const second = dep({ scope: 'core', in: { first } }, async function pool() {
      throw cause
    })
    app.get('/', { in: { second } }, () => 1)
    await assert.rejects(app.start().toPromise(), {
      code: 'APP_DEPENDENCY',
      message: 'pool did not start: no database',
      cause,
    })
    assert.deepEqual(log, ['closed'])
  })

  it('cannot need what exists only in a request', async () => {
    const { app } = makeApp()
    const user = dep(() => 1)
    const wrong = dep({ scope: 'core', in: { user } }, () => 1)
    app.get('/', { in: { wrong } }, () => 1)
    await assert.rejects(app.start().toPromise(), { code: 'APP_ROUTE' })
    const { app: other } = makeApp()
    other.get('/', { in: { x: dep({ scope: 'core', in: { q: query() } }, () => 1) } }, () => 1)
    await assert.rejects(other.start().toPromise(), { code: 'APP_ROUTE' })
  })
})

describe('override', () => {
  it('puts a value, a function or a dependency in the place of another, until it is undone', async () => {
    const { app, client } = makeApp()
    const real = dep(() => 'real')
    const dependent = dep({ real }, ({ real }) => `uses ${real}`)
    app.get('/', { in: { dependent } }, ({ dependent }) => dependent)
    const text = async (): Promise<unknown> => (await client.get('/')).json()
    const undoValue = app.override(real, 'value')
    assert.equal(await text(), 'uses value')
    const undoFunction = app.override(real, () => 'function')
    assert.equal(await text(), 'uses function')
    const fake = dep({ q: query(str({ default: 'dep' })) }, ({ q }) => q)
    const undoDependency = app.override(real, fake)
    assert.equal(await text(), 'uses dep')
    undoFunction.undo()
    undoDependency[Symbol.dispose]()
    assert.equal(await text(), 'uses value')
    undoValue.undo()
    undoValue.undo()
    assert.equal(await text(), 'uses real')
  })

  it('keeps a core dependency from starting', async () => {
    const { app, client } = makeApp()
    const pool = dep({ scope: 'core' }, (): string => assert.fail('it must not start'))
    app.get('/', { in: { pool } }, ({ pool }) => pool)
    app.override(pool, () => 'fake')
    assert.equal((await client.get('/')).json(), 'fake')
    app.override(pool, 'other')
    assert.equal((await client.get('/')).json(), 'other')
    assert.throws(() => app.override(pool, () => 'x'), { code: 'APP_STATE' })
    const unstarted = dep({ scope: 'core' }, () => 'x')
    assert.throws(() => app.override(pool, unstarted), { code: 'APP_ROUTE' })
    assert.equal((await client.get('/')).json(), 'other')
  })
})
