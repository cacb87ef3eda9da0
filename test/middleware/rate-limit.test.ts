import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { OptionError } from '../../src/core/errors.ts'
import { ManualClock } from '../../src/core/manual-clock.ts'
import { Future } from '../../src/future/index.ts'
import {
  MemoryStore,
  type RateLimitOptions,
  type RatePolicy,
  RedisStore,
  rateLimit,
  SharedStore,
} from '../../src/middleware/index.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { around, fieldsOf, now } from './support.ts'

/** A limit with a clock of its own, asked by a client. */
function limited(options: RateLimitOptions): {
  clock: ManualClock
  ask: (client?: string) => ReturnType<typeof fieldsOf> & { status: string }
} {
  const clock = new ManualClock()
  const store = new MemoryStore({ clock })
  const answer = around([rateLimit({ store, ...options })])
  return {
    clock,
    ask: (remoteAddress = '192.0.2.1') => {
      const response = now(answer({ remoteAddress }))
      return { ...fieldsOf(response), status: String(response.status) }
    },
  }
}

describe('rateLimit', () => {
  it('refuses what is beyond the limit with 429, and says when to come back', () => {
    const { clock, ask } = limited({ limit: 2, windowSeconds: 60 })
    assert.deepEqual(ask(), {
      status: '200',
      'ratelimit-policy': '"default";q=2;w=60',
      ratelimit: '"default";r=1;t=60',
    })
    clock.advance(10_000)
    assert.equal(ask()['ratelimit'], '"default";r=0;t=50')
    assert.deepEqual(ask(), {
      status: '429',
      'ratelimit-policy': '"default";q=2;w=60',
      ratelimit: '"default";r=0;t=50',
      'retry-after': '80',
    })
    clock.advance(79_000)
    assert.equal(ask().status, '429')
    clock.advance(1000)
    assert.equal(ask().status, '200')
  })

  it('gives back a token at a time with a bucket', () => {
    const { clock, ask } = limited({
      limit: 60,
      windowSeconds: 60,
      algorithm: 'token-bucket',
      burst: 2,
    })
    assert.equal(ask()['ratelimit-policy'], '"default";q=2;w=2')
    assert.equal(ask().status, '200')
    assert.equal(ask()['retry-after'], '1')
    clock.advance(999)
    assert.equal(ask().status, '429')
    clock.advance(1)
    assert.equal(ask().status, '200')
    assert.equal(ask().status, '429')
  })

  it('counts each client for itself, of IPv6 each network of 64 bits', () => {
    const { ask } = limited({ limit: 1, windowSeconds: 60 })
    const cases: [client: string, status: string][] = [
      ['192.0.2.1', '200'],
      ['192.0.2.2', '200'],
      ['192.0.2.1', '429'],
      ['2001:db8:0:1::1', '200'],
      ['2001:0db8:0:1:ffff::2', '429'],
      ['2001:db8::1:0:0:0:3', '429'],
      ['2001:db8:0:2::1', '200'],
      ['::1', '200'],
      ['::2', '429'],
      ['fe80::1%eth0', '200'],
      ['fe80::2%eth1', '429'],
      ['::ffff:192.0.2.2', '429'],
    ]
    for (const [client, status] of cases) assert.equal(ask(client).status, status, client)
  })

  it('takes keys and costs of the request, also ones that have to wait', async () => {
    const store = new MemoryStore({ clock: new ManualClock() })
    const answer = around([
      rateLimit({
        limit: 10,
        windowSeconds: 1,
        store,
        key: async (request) => request.header('x-key'),
        cost: (request) => Number(request.header('x-cost') ?? 1),
      }),
    ])
    const ask = async (key: string | undefined, cost: string): Promise<number> => {
      const headers: [string, string][] = [['x-cost', cost]]
      if (key !== undefined) headers.push(['x-key', key])
      return (await answer({ headers })).status
    }
    assert.equal(await ask('a', '8'), 200)
    assert.equal(await ask('a', '3'), 429)
    assert.equal(await ask('a', '2'), 200)
    assert.equal(await ask('b', '10'), 200)
    assert.equal(await ask('b', '0'), 200)
    assert.equal(await ask('c', '11'), 429)
    assert.equal(await ask('c', 'much'), 500)
    assert.equal(await ask('c', '-1'), 500)
    assert.equal(await ask(undefined, '100'), 200)
  })

  it('writes headers as drafts and peers did', () => {
    const expected: Record<string, string[]> = {
      standard: ['ratelimit-policy', 'ratelimit'],
      separate: ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
      legacy: ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
    }
    for (const [headers, names] of Object.entries(expected)) {
      const { ask } = limited({ limit: 5, windowSeconds: 60, headers: headers as 'standard' })
      assert.deepEqual(Object.keys(ask()), [...names, 'status'])
    }
    assert.deepEqual(limited({ limit: 5, windowSeconds: 60, headers: false }).ask(), {
      status: '200',
    })
    const { ask } = limited({ limit: 5, windowSeconds: 60, headers: 'separate', name: 'api' })
    const { status: _, ...fields } = ask()
    assert.deepEqual(Object.values(fields), ['5', '4', '60'])
  })

  it('tells of two limits in one list', () => {
    const store = new MemoryStore({ clock: new ManualClock() })
    const burst = rateLimit({ limit: 2, windowSeconds: 1, name: 'burst', store })
    const daily = rateLimit({ limit: 9, windowSeconds: 86_400, name: 'daily', store })
    const response = now(around([burst, daily])())
    assert.equal(fieldsOf(response)['ratelimit'], '"daily";r=8;t=86400, "burst";r=1;t=1')
  })

  it('lets requests through while the store fails, or refuses them if it is told to', async () => {
    const failing = [
      { take: () => Future.failed(new Error('gone')) },
      {
        take: () => {
          throw new Error('gone')
        },
      },
    ]
    for (const store of failing) {
      const open = rateLimit({ limit: 1, windowSeconds: 1, store })
      assert.equal((await around([open])()).status, 200)
      assert.equal(open.storeFailures, 1)
      const closed = rateLimit({ limit: 1, windowSeconds: 1, store, onStoreFailure: 'refuse' })
      assert.equal((await around([closed])()).status, 503)
    }
  })

  it('counts what it lets through and what it refuses', () => {
    const layer = rateLimit({ limit: 2, windowSeconds: 60 })
    const answer = around([layer])
    for (let count = 0; count < 5; count++) now(answer())
    assert.deepEqual([layer.allowed, layer.refused, layer.storeFailures], [2, 3, 0])
  })

  it('refuses impossible options', () => {
    const right = { limit: 1, windowSeconds: 1 }
    const wrong: unknown[] = [
      {},
      { limit: 1 },
      { windowSeconds: 1 },
      { limit: 0, windowSeconds: 1 },
      { limit: 1, windowSeconds: 0 },
      { ...right, burst: 2 },
      { ...right, algorithm: 'leaky' },
      { ...right, name: 'a b' },
      { ...right, store: 'redis' },
      { ...right, headers: true },
      { ...right, key: 'ip' },
      { ...right, max: 1 },
    ]
    for (const options of wrong) {
      assert.throws(() => rateLimit(options as never), OptionError, JSON.stringify(options))
    }
  })
})

describe('MemoryStore', () => {
  const policy: RatePolicy = { algorithm: 'token-bucket', limit: 1, windowMs: 1000, burst: 1 }

  it('keeps no more keys than it may, and forgets those that were not seen for longest', () => {
    const store = new MemoryStore({ clock: new ManualClock(), maxKeys: 3 })
    for (const key of ['a', 'b', 'c', 'a', 'd']) store.take(key, 1, policy)
    assert.equal(store.size, 3)
    assert.equal(store.take('a', 1, policy).isAllowed, false)
    assert.equal(store.take('b', 1, policy).isAllowed, true)
  })

  it('forgets keys whose quota is whole again', () => {
    const clock = new ManualClock()
    const store = new MemoryStore({ clock })
    for (let key = 0; key < 100; key++) store.take(String(key), 1, policy)
    assert.equal(store.size, 100)
    clock.advance(1000)
    for (let key = 0; key < 60; key++) store.take(`new ${key}`, 1, policy)
    assert.equal(store.size, 60)
  })

  const requests = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 3 })),
    {
      maxLength: 60,
    },
  )

  it('never gives more than a bucket holds and earns, nor refuses what it has', () => {
    const bucket: RatePolicy = { algorithm: 'token-bucket', limit: 5, windowMs: 1000, burst: 4 }
    fc.assert(
      fc.property(requests, (steps) => {
        const clock = new ManualClock()
        const store = new MemoryStore({ clock })
        let tokens = bucket.burst
        for (const [waitMs, cost] of steps) {
          clock.advance(waitMs)
          tokens = Math.min(bucket.burst, tokens + (waitMs * bucket.limit) / bucket.windowMs)
          // Exactly on the edge, binary fractions decide.
          if (Math.abs(tokens - cost) < 1e-6) return
          const { isAllowed, retryAfterMs } = store.take('k', cost, bucket)
          assert.equal(isAllowed, tokens > cost)
          if (isAllowed) tokens -= cost
          else assert.ok(Math.abs(retryAfterMs - (cost - tokens) * 200) < 1e-3)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('lets a sliding window be asked again exactly when it said', () => {
    const window: RatePolicy = { algorithm: 'sliding-window', limit: 5, windowMs: 1000, burst: 5 }
    fc.assert(
      fc.property(requests, (steps) => {
        const clock = new ManualClock()
        const store = new MemoryStore({ clock })
        const given: [at: number, cost: number][] = []
        for (const [waitMs, cost] of steps) {
          clock.advance(waitMs)
          const { isAllowed, retryAfterMs } = store.take('k', cost, window)
          if (isAllowed) given.push([clock.nowMs(), cost])
          else {
            assert.ok(retryAfterMs > 0)
            clock.advance(retryAfterMs + 0.001)
            assert.equal(store.take('k', cost, window).isAllowed, true)
            given.push([clock.nowMs(), cost])
          }
        }
        // The estimate can be off, but never by more than one more limit in any window.
        for (const [at] of given) {
          const sum = given.filter(([when]) => when >= at && when < at + 1000)
          assert.ok(sum.reduce((total, [, cost]) => total + cost, 0) <= 2 * window.limit)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('SharedStore', () => {
  it('shares quotas between limits of one name where there is one reactor', () => {
    const make = (): ReturnType<typeof around> =>
      around([rateLimit({ limit: 1, windowSeconds: 60, store: 'shared', name: 'shared-test' })])
    assert.equal(now(make()()).status, 200)
    assert.equal(now(make()()).status, 429)
    assert.ok(new SharedStore() instanceof SharedStore)
  })
})

describe('RedisStore', { skip: hasRedis ? false : 'there is no redis-server in PATH' }, () => {
  let redis: TestRedis
  let client: Redis
  before(async () => {
    redis = await startRedis()
    client = new Redis(redis.port, '127.0.0.1', {
      maxRetriesPerRequest: 0,
      retryStrategy: () => 20,
    })
    client.on('error', () => undefined)
  })
  after(async () => {
    client?.disconnect()
    await redis?.stop()
  })

  it('shares quotas between all who use the server, for both algorithms', async () => {
    for (const algorithm of ['token-bucket', 'sliding-window'] as const) {
      const options = { limit: 3, windowSeconds: 600, algorithm, name: algorithm }
      const make = (): ReturnType<typeof around> =>
        around([rateLimit({ ...options, store: new RedisStore(client) })])
      const [one, two] = [make(), make()]
      const answers = await Promise.all([one(), two(), one(), two(), one()])
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 429, 429],
      )
      assert.match(fieldsOf(answers[0])['ratelimit'] ?? '', new RegExp(`"${algorithm}";r=2;t=\\d+`))
      const retry = Number(answers[3]?.header('retry-after'))
      assert.ok(retry > 150 && retry <= 1200, String(retry))
    }
  })

  it('leaves no key for ever', async () => {
    for (const key of await client.keys('fasterapi:rate:*')) assert.ok((await client.pttl(key)) > 0)
  })

  it('decides as the store in memory does', async () => {
    for (const algorithm of ['token-bucket', 'sliding-window'] as const) {
      const policy: RatePolicy = { algorithm, limit: 7, windowMs: 3_600_000, burst: 7 }
      const memory = new MemoryStore()
      const shared = new RedisStore(client, { prefix: 'own:' })
      for (const cost of [1, 3, 2, 4, 1, 1, 9, 0]) {
        const ours = memory.take(algorithm, cost, policy)
        const theirs = await shared.take(algorithm, cost, policy)
        assert.equal(theirs.isAllowed, ours.isAllowed)
        assert.equal(theirs.remaining, ours.remaining)
        assert.ok(Math.abs(theirs.retryAfterMs - ours.retryAfterMs) < 5000)
        assert.ok(Math.abs(theirs.resetMs - ours.resetMs) < 5000)
      }
    }
  })

  it('lets requests through while the server is gone', async () => {
    const layer = rateLimit({ limit: 1, windowSeconds: 60, store: new RedisStore(client) })
    await redis.stop()
    assert.equal((await around([layer])()).status, 200)
    assert.equal(layer.storeFailures, 1)
    await redis.start()
  })

  it('refuses what is no client', () => {
    assert.throws(() => new RedisStore({} as never), OptionError)
    assert.throws(() => new RedisStore(client, { name: 'x' } as never), OptionError)
  })
})
