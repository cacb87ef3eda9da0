import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, dep, get, HttpError, int, query, rootPath, router, str } from '../../src/index.ts'
import { makeApp } from './support.ts'

describe('dep with cache: false', () => {
  it('makes a value for each that needs one, and shares what those need', async () => {
    const { app, client } = makeApp()
    let made = 0
    let shared = 0
    const base = dep(() => ++shared)
    const fresh = dep({ in: { base }, cache: false }, () => ++made)
    const a = dep({ fresh }, ({ fresh }) => fresh)
    const b = dep({ fresh }, ({ fresh }) => fresh)
    app.get('/', { in: { a, b, fresh } }, ({ a, b, fresh }) => [a, b, fresh])
    assert.deepEqual((await client.get('/')).json<number[]>().toSorted(), [1, 2, 3])
    assert.equal(shared, 1)
  })
})

class Pages {
  readonly skip: number
  readonly limit: number

  constructor({ skip, limit }: { readonly skip: number; readonly limit: number }) {
    this.skip = skip
    this.limit = limit
  }

  get next(): number {
    return this.skip + this.limit
  }
}

class Clock {
  readonly hour = 12
}

describe('dep of a class', () => {
  it('makes instances with the inputs', async () => {
    const { app, client } = makeApp()
    const number = (value: number) => query(int({ default: value }))
    const pages = dep({ skip: number(0), limit: number(10) }, Pages)
    app.get('/', { in: { pages, clock: dep(Clock) } }, ({ pages, clock }) => [
      pages instanceof Pages,
      pages.next,
      clock.hour,
    ])
    assert.deepEqual((await client.get('/?skip=5')).json(), [true, 15, 12])
    assert.equal((await client.get('/?skip=x')).status, 422)
  })

  it('is a function that returns a dependency where it has parameters', async () => {
    const { app, client } = makeApp()
    const contains = (word: string) =>
      dep({ q: query(str({ default: '' })) }, ({ q }) => q.includes(word))
    app.get('/', { in: { bar: contains('bar'), foo: contains('foo') } }, ({ bar, foo }) => [
      bar,
      foo,
    ])
    assert.deepEqual((await client.get('/?q=foobaz')).json(), [false, true])
  })
})

describe('dep with dispose: true', () => {
  class Resource {
    readonly log: string[]
    constructor(log: string[]) {
      this.log = log
    }
    [Symbol.dispose](): void {
      this.log.push('disposed')
    }
  }

  it('ends values after the response, or before it, also if the handler fails', async () => {
    const log: string[] = []
    const { app, client } = makeApp()
    const late = dep({ dispose: true }, () => new Resource(log))
    const early = dep({ dispose: true, cleanup: 'handler' }, async () => ({
      async [Symbol.asyncDispose]() {
        await Promise.resolve()
        log.push('early')
      },
      [Symbol.dispose]() {
        log.push('wrong')
      },
    }))
    const kept = dep(() => new Resource(log))
    app.get('/', { in: { late, early, kept } }, () => void log.push('handler'))
    app.get('/fails', { in: { late, early } }, () => {
      throw new HttpError(409)
    })
    await client.get('/')
    assert.deepEqual(log.splice(0), ['handler', 'early', 'disposed'])
    assert.equal((await client.get('/fails')).status, 409)
    assert.deepEqual(log.toSorted(), ['disposed', 'early'])
  })

  it('ends core values when the app stops', async () => {
    const log: string[] = []
    const app = new App()
    const pool = dep({ scope: 'core', dispose: true }, () => Promise.resolve(new Resource(log)))
    app.get('/', { in: { pool } }, () => 1)
    await app.start()
    assert.deepEqual(log, [])
    await app.stop()
    assert.deepEqual(log, ['disposed'])
  })

  it('says so if a value cannot be ended, and lets nothing be nothing', async () => {
    const { app, client, logged } = makeApp()
    const odd = dep({ dispose: true }, () => ({ a: 1 }))
    const nothing = dep({ dispose: true }, () => undefined)
    app.get('/odd', { in: { odd } }, () => 1)
    app.get('/nothing', { in: { nothing } }, () => 1)
    assert.equal((await client.get('/odd')).status, 500)
    assert.match(String(logged[0]), /neither Symbol\.asyncDispose nor Symbol\.dispose/)
    assert.equal((await client.get('/nothing')).status, 200)
  })

  it('refuses options that cannot work together', () => {
    const bad: readonly object[] = [
      { cache: 1 },
      { dispose: 'yes' },
      { scope: 'core', cache: false },
      { scope: 'app', dispose: true },
    ]
    for (const each of bad) {
      assert.throws(() => dep(each as never, () => 1), { code: 'CORE_OPTION' })
    }
  })
})

describe('dependencies of a route', () => {
  it('appear once in the docs, however many need them', async () => {
    const { app, client } = makeApp()
    const page = query(int({ default: 1 }))
    const a = dep({ page }, ({ page }) => page)
    const b = dep({ page, a }, ({ page, a }) => page + a)
    app.include(
      router({ x: get('/x/{id:int}', { in: { a, b, page } }, ({ b }) => b) }, { in: { b } }),
    )
    assert.equal((await client.get('/x/1?page=2')).json(), 4)
    const { paths } = (await client.get('/openapi.json')).json<{
      paths: Record<string, { get: { parameters: { name: string }[] } }>
    }>()
    const names = paths['/x/{id}']?.get.parameters.map(({ name }) => name)
    assert.deepEqual(names?.toSorted(), ['id', 'page'])
  })

  it('are refused at start with the whole way if they need each other in a circle', async () => {
    const app = new App()
    const first = dep(function first() {
      return 1
    })
    const second = dep({ first }, function second() {
      return 2
    })
    const third = dep({ second }, function third() {
      return 3
    })
    app.get('/', { in: { third } }, () => 1)
    app.override(first, third)
    await assert.rejects(Promise.resolve(app.start()), /third -> second -> third/)
  })
})

describe('rootPath', () => {
  it('is what stands in front of the app where clients see it', async () => {
    const { app, client } = makeApp({ rootPath: '/api' })
    const sub = new App()
    const show = { in: { root: rootPath() } }
    app.get('/', show, ({ root }) => root)
    sub.get('/', show, ({ root }) => root)
    app.mount('/sub', sub)
    assert.equal((await client.get('/')).json(), '/api')
    assert.equal((await client.get('/sub/')).json(), '/api/sub')
  })
})
