import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { App, dep } from '../../src/app/index.ts'
import { HttpError } from '../../src/http/index.ts'
import { PgPool } from '../../src/pg/index.ts'
import { int, object, optional } from '../../src/schema/index.ts'
import {
  memorySessionStore,
  type PostgresSessionStore,
  postgresSessionStore,
  redisSessionStore,
  type SessionOptions,
  type SessionStore,
  session,
} from '../../src/security/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { testDatabase } from '../support/postgres.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { Browser } from './support/browser.ts'

const SECRET = 'a secret of at least thirty-two bytes'
const OTHER = 'another one, also of thirty-two bytes'
const COOKIE = '__Host-session'

interface Data {
  readonly userId: number
  readonly visits: number
  readonly cart: string[]
}

type Options = Partial<SessionOptions<Data>>

/** A shop whose visitors are counted and log in. */
function shop(options: Options = {}): { browser: () => Browser; client: TestClient } {
  const current = session<Data>({ secret: SECRET, ...options })
  const app = new App({ logError: () => undefined })
  const inputs = { session: current }
  app.get('/open', () => 'no session here')
  app.get('/look', { in: inputs }, ({ session: found }) => ({ ...found.data, isNew: found.isNew }))
  app.post('/visit', { in: inputs }, ({ session: found }) => {
    found.data.visits = (found.data.visits ?? 0) + 1
    return found.data.visits
  })
  app.post('/cart/{item}', { in: inputs }, ({ session: found, item }) => {
    found.data.cart ??= []
    found.data.cart.push(item)
  })
  app.post('/login', { in: inputs }, ({ session: found }) => {
    found.regenerate()
    found.data.userId = 7
  })
  app.post('/logout', { in: inputs }, ({ session: found }) => found.destroy())
  app.post('/refused', { in: inputs }, ({ session: found }) => {
    found.data.visits = 100
    throw new HttpError(401)
  })
  app.post('/broken', { in: inputs }, ({ session: found }) => {
    found.data.visits = 500
    throw new Error('broken')
  })
  const client = new TestClient(app)
  after(() => client.close())
  return { browser: () => new Browser(client), client }
}

/** Behaviour that all stores share. */
function behavesAsASession(title: string, optionsOf: () => Options): void {
  describe(`session ${title}`, () => {
    it('keeps data between requests of one client', async () => {
      const { browser } = shop(optionsOf())
      const [ann, bob] = [browser(), browser()]
      await ann.post('/visit')
      assert.equal((await ann.post('/visit')).json(), 2)
      assert.equal((await bob.post('/visit')).json(), 1)
      assert.deepEqual((await ann.get('/look')).json(), { visits: 2, isNew: false })
    })

    it('sets a cookie for those with data, and only when something has changed', async () => {
      const { browser } = shop(optionsOf())
      const ann = browser()
      await ann.get('/look')
      assert.deepEqual(ann.received, [])
      const response = await ann.post('/visit')
      assert.match(
        ann.received[0] ?? '',
        /^__Host-session=[\w.-]+; Max-Age=86400; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
      )
      assert.equal(response.headers.get('cache-control'), 'no-store')
      await ann.get('/look')
      await ann.get('/open')
      assert.equal(ann.received.length, 1)
    })

    it('notices a change deep in the data', async () => {
      const { browser } = shop(optionsOf())
      const ann = browser()
      await ann.post('/cart/pear')
      await ann.post('/cart/plum')
      assert.deepEqual((await ann.get('/look')).json(), { cart: ['pear', 'plum'], isNew: false })
    })

    it('saves what changed before a refusal, and nothing of what broke', async () => {
      const { browser } = shop(optionsOf())
      const ann = browser()
      assert.equal((await ann.post('/refused')).status, 401)
      assert.equal((await ann.post('/broken')).status, 500)
      assert.deepEqual((await ann.get('/look')).json(), { visits: 100, isNew: false })
    })

    it('goes on under another id after a login', async () => {
      const { browser } = shop(optionsOf())
      const ann = browser()
      await ann.post('/visit')
      const before = ann.cookies.get(COOKIE)
      await ann.post('/login')
      assert.notEqual(ann.cookies.get(COOKIE), before)
      assert.deepEqual((await ann.get('/look')).json(), { visits: 1, userId: 7, isNew: false })
    })

    it('is over for the client after a logout', async () => {
      const { browser } = shop(optionsOf())
      const ann = browser()
      await ann.post('/login')
      await ann.post('/logout')
      assert.equal(ann.cookies.has(COOKIE), false)
      assert.deepEqual((await ann.get('/look')).json(), { isNew: true })
    })

    it('takes no cookie that it has not made, and takes it away', async () => {
      const { browser } = shop(optionsOf())
      for (const forged of [
        '',
        'x',
        'eyJ1c2VySWQiOjd9',
        'a.b',
        `${'A'.repeat(22)}.${'A'.repeat(43)}`,
      ]) {
        const eve = browser()
        eve.cookies.set(COOKIE, forged)
        assert.deepEqual((await eve.get('/look')).json(), { isNew: true })
        assert.equal(eve.cookies.has(COOKIE), false)
      }
    })

    it('refuses a cookie with any character changed', async () => {
      const { browser } = shop(optionsOf())
      const ann = browser()
      await ann.post('/login')
      const good = ann.cookies.get(COOKIE) ?? ''
      const alphabet = 'ABCxyz019-_.'.split('')
      await fc.assert(
        fc.asyncProperty(
          fc.nat(good.length - 1),
          fc.constantFrom(...alphabet),
          async (at, character) => {
            fc.pre(good[at] !== character)
            const eve = browser()
            eve.cookies.set(COOKIE, `${good.slice(0, at)}${character}${good.slice(at + 1)}`)
            assert.deepEqual((await eve.get('/look')).json(), { isNew: true })
          },
        ),
        { numRuns: 200, seed: 6 },
      )
    })
  })
}

behavesAsASession('in a cookie', () => ({}))
behavesAsASession('in memory', () => ({ store: memorySessionStore() }))

/** What only a store on the server can do. */
function behavesAsAStore(title: string, storeOf: () => SessionStore): void {
  describe(`session ${title}`, () => {
    it('makes the id before a login worthless: no fixation', async () => {
      const { browser } = shop({ store: storeOf() })
      const eve = browser()
      await eve.post('/visit')
      const victim = browser()
      victim.cookies.set(COOKIE, eve.cookies.get(COOKIE) ?? '')
      await victim.post('/login')
      assert.deepEqual((await eve.get('/look')).json(), { isNew: true })
      assert.deepEqual((await victim.get('/look')).json(), { visits: 1, userId: 7, isNew: false })
    })

    it('makes a stolen cookie worthless with a logout', async () => {
      const { browser } = shop({ store: storeOf() })
      const ann = browser()
      await ann.post('/login')
      const eve = browser()
      eve.cookies.set(COOKIE, ann.cookies.get(COOKIE) ?? '')
      await ann.post('/logout')
      assert.deepEqual((await eve.get('/look')).json(), { isNew: true })
    })

    it('is not brought back by a request that was under way during the logout', async () => {
      const store = storeOf()
      const current = session<Data>({ secret: SECRET, store })
      const app = new App()
      let letGo: () => void = () => undefined
      const gate = new Promise<void>((resolve) => {
        letGo = resolve
      })
      let arrived: () => void = () => undefined
      const isThere = new Promise<void>((resolve) => {
        arrived = resolve
      })
      app.post('/login', { in: { current } }, (inputs) => {
        inputs.current.data.userId = 7
      })
      app.post('/slow', { in: { current } }, async (inputs) => {
        arrived()
        await gate
        inputs.current.data.visits = 1
      })
      app.post('/logout', { in: { current } }, (inputs) => inputs.current.destroy())
      app.get('/look', { in: { current } }, (inputs) => inputs.current.data)
      const client = new TestClient(app)
      const ann = new Browser(client)
      await ann.post('/login')
      const stolen = ann.cookies.get(COOKIE) ?? ''
      const slow = ann.post('/slow')
      await isThere
      await ann.post('/logout')
      letGo()
      await slow
      const eve = new Browser(client)
      eve.cookies.set(COOKIE, stolen)
      assert.deepEqual((await eve.get('/look')).json(), {})
      await client.close()
    })

    it('is kept under a hash, so that who reads the store cannot use it', async () => {
      const store = storeOf()
      const keys: string[] = []
      const spy: SessionStore = {
        load: (key) => store.load(key),
        update: (key, record, expiry) => store.update(key, record, expiry),
        delete: (key) => store.delete(key),
        create: (key, record, expiry) => {
          keys.push(key, record)
          return store.create(key, record, expiry)
        },
      }
      const { browser } = shop({ store: spy })
      const ann = browser()
      await ann.post('/login')
      const [payload = ''] = (ann.cookies.get(COOKIE) ?? '').split('.')
      const id = Buffer.from(payload, 'base64url').toString()
      assert.match(id, /^[\w-]{43}$/)
      assert.equal(keys.length, 2)
      assert.ok(keys.every((each) => !each.includes(id)))
    })

    it('holds more than a cookie could', async () => {
      const { browser } = shop({ store: storeOf() })
      const ann = browser()
      for (let at = 0; at < 5; at++) await ann.post(`/cart/${'x'.repeat(1500)}`)
      assert.equal((await ann.get('/look')).json<{ cart: string[] }>().cart.length, 5)
    })
  })
}

describe('memorySessionStore', () => {
  it('lets the oldest go when there are too many', async () => {
    const { browser } = shop({ store: memorySessionStore({ maxSessions: 2 }) })
    const all = [browser(), browser(), browser()]
    for (const each of all) await each.post('/visit')
    const seen = await Promise.all(all.map(async (each) => (await each.get('/look')).json()))
    assert.deepEqual(seen, [
      { isNew: true },
      { visits: 1, isNew: false },
      { visits: 1, isNew: false },
    ])
  })
})

behavesAsAStore('in the memory store', () => memorySessionStore())

describe('postgresSessionStore', () => {
  let pool: PgPool
  let database: Awaited<ReturnType<typeof testDatabase>>
  let store: PostgresSessionStore
  before(async () => {
    database = await testDatabase()
    pool = new PgPool(database.url)
    store = postgresSessionStore(pool)
    await store.setUp()
    await store.setUp()
  })
  after(async () => {
    await pool.close()
    await database.stop()
  })
  behavesAsASession('in PostgreSQL', () => ({ store }))
  behavesAsAStore('in the PostgreSQL store', () => store)

  it('does not find sessions whose time is over, and deletes them', async () => {
    await store.create('old', 'record', Date.now() - 1000)
    await store.create('new', 'record', Date.now() + 60_000)
    assert.equal(await store.load('old'), undefined)
    assert.equal(await store.update('old', 'other', Date.now() + 60_000), false)
    assert.equal(await store.deleteExpired(), 1)
    assert.equal(await store.load('new'), 'record')
  })

  it('refuses the name of a table that could be anything', () => {
    for (const table of ['', 'a b', 'a;drop', 'A', 'a.b.c']) {
      assert.throws(() => postgresSessionStore(pool, { table }), { code: 'CORE_OPTION' })
    }
  })
})

describe('redisSessionStore', { skip: !hasRedis }, () => {
  let redis: TestRedis
  let client: Redis
  before(async () => {
    redis = await startRedis()
    client = new Redis(redis.port, '127.0.0.1')
  })
  after(async () => {
    await client.quit()
    await redis.stop()
  })
  behavesAsASession('in Redis', () => ({ store: redisSessionStore(client) }))
  behavesAsAStore('in the Redis store', () => redisSessionStore(client))

  it('lets Redis forget sessions whose time is over', async () => {
    const store = redisSessionStore(client, { prefix: 'p:' })
    await store.create('key', 'record', Date.now() + 60_000)
    const left = await client.pttl('p:key')
    assert.ok(left > 50_000 && left <= 60_000, String(left))
  })
})

describe('session', () => {
  it('is over when it was not used for long, and when it is old', async () => {
    for (const store of [undefined, memorySessionStore({ now: () => time })]) {
      let current = 1_000_000_000_000
      time = current
      const limits = { idleSeconds: 100, absoluteSeconds: 250, now: () => time }
      const { browser } = shop({ ...limits, ...(store === undefined ? {} : { store }) })
      const ann = browser()
      await ann.post('/visit')
      for (const [step, isNew] of [
        [90, false],
        [90, false],
        [60, false],
        [20, true],
      ] as const) {
        current += step * 1000
        time = current
        assert.equal((await ann.get('/look')).json<{ isNew: boolean }>().isNew, isNew)
      }
      await ann.post('/visit')
      time = current + 101_000
      assert.equal((await ann.get('/look')).json<{ isNew: boolean }>().isNew, true)
    }
  })

  it('is not written for each request that merely looks', async () => {
    let writes = 0
    const store = memorySessionStore()
    const counting: SessionStore = {
      load: (key) => store.load(key),
      create: (key, record, expiry) => store.create(key, record, expiry),
      delete: (key) => store.delete(key),
      update: (key, record, expiry) => {
        writes++
        return store.update(key, record, expiry)
      },
    }
    let now = Date.now()
    const { browser } = shop({ store: counting, now: () => now, idleSeconds: 100 })
    const ann = browser()
    await ann.post('/visit')
    for (let look = 0; look < 9; look++) {
      now += 1000
      await ann.get('/look')
    }
    assert.equal(writes, 0)
    now += 1000
    await ann.get('/look')
    assert.equal(writes, 1)
  })

  it('goes on with a new secret while the old one is still known', async () => {
    for (const store of [undefined, memorySessionStore()]) {
      const rest = store === undefined ? {} : { store }
      const ann = shop(rest).browser()
      await ann.post('/visit')
      const rotated = shop({ secret: [OTHER, SECRET], ...rest }).browser()
      rotated.cookies.set(COOKIE, ann.cookies.get(COOKIE) ?? '')
      assert.equal((await rotated.post('/visit')).json(), 2)
      const only = shop({ secret: OTHER, ...rest }).browser()
      only.cookies.set(COOKIE, rotated.cookies.get(COOKIE) ?? '')
      // Whatever was saved since then is under the new secret.
      assert.equal((await only.post('/visit')).json(), 3)
    }
  })

  it('shows nothing of its data in an encrypted cookie, and never twice the same', async () => {
    const { browser } = shop()
    const [ann, bob] = [browser(), browser()]
    await ann.post('/cart/pear')
    await bob.post('/cart/pear')
    const values = [ann, bob].map((each) => each.cookies.get(COOKIE) ?? '')
    assert.notEqual(values[0], values[1])
    for (const value of values) {
      assert.doesNotMatch(Buffer.from(value, 'base64url').toString('latin1'), /pear|cart/)
    }
  })

  it('cannot be moved to a cookie of another name', async () => {
    const ann = shop({ cookie: { name: 'a', secure: false } }).browser()
    await ann.post('/login')
    const eve = shop({ cookie: { name: 'b', secure: false } }).browser()
    eve.cookies.set('b', ann.cookies.get('a') ?? '')
    assert.deepEqual((await eve.get('/look')).json(), { isNew: true })
  })

  it('says that data do not fit into a cookie', async () => {
    const logged: unknown[] = []
    const current = session<Data>({ secret: SECRET })
    const app = new App({ logError: (error) => logged.push(error) })
    app.post('/', { in: { current } }, (inputs) => {
      inputs.current.data.cart = ['x'.repeat(4000)]
    })
    const client = new TestClient(app)
    assert.equal((await client.post('/')).status, 500)
    assert.equal((logged[0] as { code: string }).code, 'SECURITY_SESSION_SIZE')
    await client.close()
  })

  it('begins anew if its data do not fit the schema any more', async () => {
    const store = memorySessionStore()
    const ann = shop({ store }).browser()
    await ann.post('/cart/pear')
    const typed = session({ secret: SECRET, store, data: object({ cart: optional(int()) }) })
    const app = new App()
    app.get('/', { in: { typed } }, (inputs) => inputs.typed.isNew)
    const client = new TestClient(app)
    const cookies = Object.fromEntries(ann.cookies)
    assert.equal((await client.get('/', { cookies })).json(), true)
    await client.close()
  })

  it('has its say also where a dependency refuses the request', async () => {
    const current = session<Data>({ secret: SECRET })
    const guard = dep({ current }, (inputs) => {
      inputs.current.data.visits = 1
      throw new HttpError(403)
    })
    const app = new App()
    app.get('/', { in: { guard } }, () => 'never')
    const client = new TestClient(app)
    const ann = new Browser(client)
    assert.equal((await ann.get('/')).status, 403)
    assert.equal(ann.cookies.has(COOKIE), true)
    await client.close()
  })

  it('refuses options that mean nothing', () => {
    const wrong: readonly object[] = [
      {},
      { secret: 'short' },
      { secret: [] },
      { secret: SECRET, store: {} },
      { secret: SECRET, idle: 3 },
      { secret: SECRET, idleSeconds: 0 },
      { secret: SECRET, data: {} },
      { secret: SECRET, cookie: { httpOnly: false } },
      { secret: SECRET, cookie: { name: '__Host-x', secure: false } },
      { secret: SECRET, cookie: { sameSite: 'none', secure: false } },
    ]
    for (const options of wrong) {
      const call = (): unknown => session(options as SessionOptions<Data>)
      assert.throws(call, { code: 'CORE_OPTION' }, JSON.stringify(options))
    }
  })
})

/** Of the stores in the test of times. */
let time = 0
