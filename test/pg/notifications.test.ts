import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { AbortedError, ClosedError, LimitError, OptionError } from '../../src/core/errors.ts'
import {
  PgConnectionError,
  type PgGap,
  type PgNotification,
  PgParameterError,
  PgPool,
} from '../../src/pg/index.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { startPostgres, type TestServer } from '../support/postgres.ts'
import { runProgram, SOURCES } from '../support/run-program.ts'

let server: TestServer
const uncaught: unknown[] = []
const noteUncaught = (error: unknown): void => void uncaught.push(error)

before(async () => {
  server = await startPostgres()
  process.on('uncaughtException', noteUncaught)
  process.on('unhandledRejection', noteUncaught)
})

after(async () => {
  process.off('uncaughtException', noteUncaught)
  process.off('unhandledRejection', noteUncaught)
  await server.remove()
  assert.deepEqual(uncaught, [])
})

/** Runs `body` with a pool that is closed afterwards. */
async function withPool(
  body: (pool: PgPool) => Promise<void>,
  options?: ConstructorParameters<typeof PgPool>[1],
  url = server.url,
): Promise<void> {
  const pool = new PgPool(url, options)
  try {
    await body(pool)
  } finally {
    await pool.close()
  }
}

/** Collects, and lets a test wait until it has enough. */
class Inbox<T> {
  readonly items: T[] = []
  #wanted = 0
  #wake = (): void => {}

  readonly push = (item: T): void => {
    this.items.push(item)
    if (this.items.length >= this.#wanted) this.#wake()
  }

  async until(count: number): Promise<T[]> {
    this.#wanted = count
    if (this.items.length < count) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`${this.items.length} of ${count} arrived`))
        }, 20_000)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return this.items
  }
}

const payloads = (inbox: Inbox<PgNotification>): string[] =>
  inbox.items.map(({ payload }) => payload)

const terminateListener = (pool: PgPool): Promise<unknown> =>
  pool
    .exec(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where pid <> pg_backend_pid() and (query like 'listen%' or query = 'select 1')`,
    )
    .toPromise()

describe('PgPool.listen', () => {
  it('is told what is sent to its channel, by whom, in order, and nothing else', async () => {
    await withPool(async (pool) => {
      const inbox = new Inbox<PgNotification>()
      await pool.listen('jobs', inbox.push)
      const { pid } = await pool.transaction(async (tx) => {
        await tx.notify('jobs', 'first')
        await tx.notify('others', 'not for us')
        await tx.notify('jobs')
        return tx.one<{ pid: number }>('select pg_backend_pid() as pid')
      })
      await inbox.until(2)
      assert.deepEqual(inbox.items, [
        { channel: 'jobs', payload: 'first', processId: pid },
        { channel: 'jobs', payload: '', processId: pid },
      ])
    })
  })

  it('is told of a transaction when it commits, and nothing of one that does not', async () => {
    await withPool(async (pool) => {
      const inbox = new Inbox<PgNotification>()
      await pool.listen('jobs', inbox.push)
      const failed = pool.transaction(async (tx) => {
        await tx.notify('jobs', 'undone')
        throw new RangeError('no')
      })
      await assert.rejects(failed.toPromise(), RangeError)
      await pool.notify('jobs', 'done')
      await inbox.until(1)
      assert.deepEqual(payloads(inbox), ['done'])
    })
  })

  for (const channel of ['UPPER', 'with "quotes"', "it's; select 1 --", 'κανάλι', 'x'.repeat(63)]) {
    it(`takes the channel ${JSON.stringify(channel)}`, async () => {
      await withPool(async (pool) => {
        const inbox = new Inbox<PgNotification>()
        await pool.listen(channel, inbox.push)
        await pool.notify(channel, 'x'.repeat(7999))
        await inbox.until(1)
        assert.equal(inbox.items[0]?.channel, channel)
        assert.equal(inbox.items[0]?.payload.length, 7999)
      })
    })
  }

  it('delivers 10,000 notifications in order', async () => {
    await withPool(async (pool) => {
      const inbox = new Inbox<PgNotification>()
      await pool.listen('many', inbox.push)
      await pool.exec(
        `select pg_notify('many', n::text) from generate_series(1, 10000) as n order by n`,
      )
      await inbox.until(10_000)
      assert.deepEqual(
        payloads(inbox),
        Array.from({ length: 10_000 }, (_, index) => String(index + 1)),
      )
      assert.equal(pool.stats().listener.received, 10_000)
    })
  })

  it('lets queries be answered in the middle of a flood of 60,000', async () => {
    await withPool(async (pool) => {
      const inbox = new Inbox<PgNotification>()
      let answers = 0
      await pool.listen('flood', (notification) => {
        // Slow enough that the flood comes faster than it is worked off.
        const untilMs = performance.now() + 0.01
        while (performance.now() < untilMs);
        inbox.push(notification)
      })
      const flooded = inbox.until(60_000)
      const sent = pool.exec(
        `select pg_notify('flood', n::text || repeat('x', 100)) from generate_series(1, 60000) as n`,
      )
      while (inbox.items.length < 60_000) {
        await pool.one('select 2 as two')
        if (inbox.items.length > 0 && inbox.items.length < 60_000) answers++
      }
      await sent
      await flooded
      assert.ok(answers > 20, `${answers} answers`)
    })
  })

  it('shares one connection for all channels, and closes it with the last listener', async () => {
    await withPool(async (pool) => {
      const [a, b] = [new Inbox<PgNotification>(), new Inbox<PgNotification>()]
      const first = await pool.listen('a', a.push)
      const second = await pool.listen('a', b.push)
      const third = await pool.listen('b', b.push)
      assert.deepEqual(pool.stats().listener, {
        isListening: true,
        channels: 2,
        received: 0,
        lost: 0,
      })
      await pool.notify('a', '1')
      await a.until(1)
      await first.unlisten()
      await first.unlisten()
      await pool.notify('a', '2')
      await pool.notify('b', '3')
      await b.until(3)
      assert.deepEqual([payloads(a), payloads(b)], [['1'], ['1', '2', '3']])
      await second.unlisten()
      await third.unlisten()
      assert.equal(pool.stats().listener.isListening, false)
      await pool.listen('a', a.push)
      await pool.notify('a', '4')
      await a.until(2)
      assert.deepEqual(payloads(a), ['1', '4'])
    })
  })

  it('counts as listening only when the server has confirmed every channel', async () => {
    await withPool(async (pool) => {
      assert.equal(pool.stats().listener.isListening, false)
      const first = pool.listen('a', () => {})
      assert.equal(pool.stats().listener.isListening, false)
      await first
      assert.equal(pool.stats().listener.isListening, true)
      const second = pool.listen('b', () => {})
      assert.equal(pool.stats().listener.isListening, false)
      await second
      assert.equal(pool.stats().listener.isListening, true)
    })
  })

  it('stays in order when it is ended and begun again in one turn', async () => {
    await withPool(async (pool) => {
      const inbox = new Inbox<PgNotification>()
      await pool.listen('other', () => {})
      for (let round = 0; round < 20; round++) {
        const subscription = await pool.listen('flip', () => assert.fail('ended'))
        const ended = subscription.unlisten()
        const again = await pool.listen('flip', inbox.push)
        await ended
        await pool.notify('flip', String(round))
        await inbox.until(round + 1)
        await again.unlisten()
      }
      assert.equal(pool.stats().listener.channels, 1)
    })
  })

  it('goes on after pg_terminate_backend, and says that there was a gap', async () => {
    await withPool(async (pool) => {
      const inbox = new Inbox<PgNotification>()
      const gaps = new Inbox<PgGap>()
      await pool.listen('jobs', inbox.push, { onGap: gaps.push })
      await pool.listen('more', inbox.push, { onGap: gaps.push })
      for (let round = 1; round <= 3; round++) {
        await terminateListener(pool)
        await gaps.until(2 * round)
        await pool.notify('jobs', `after ${round}`)
        await inbox.until(round)
      }
      assert.deepEqual(payloads(inbox), ['after 1', 'after 2', 'after 3'])
      assert.deepEqual(
        gaps.items
          .map(({ channel }) => channel)
          .slice(0, 2)
          .toSorted(),
        ['jobs', 'more'],
      )
      assert.match(String(gaps.items[0]?.cause), /terminating connection/)
      assert.equal(pool.stats().listener.lost, 3)
    })
  })

  it('goes on after a restart of the server', async () => {
    await withPool(async (pool) => {
      const inbox = new Inbox<PgNotification>()
      const gaps = new Inbox<PgGap>()
      await pool.listen('jobs', inbox.push, { onGap: gaps.push })
      await server.stop()
      await server.start()
      await gaps.until(1)
      await pool.notify('jobs', 'again')
      await inbox.until(1)
      assert.equal(gaps.items.length, 1)
    })
  })

  it('notices a server that is gone without a word', async () => {
    const proxy = await startFaultProxy(server.port)
    const url = new URL(server.url)
    url.port = String(proxy.port)
    await withPool(
      async (pool) => {
        const gaps = new Inbox<PgGap>()
        const inbox = new Inbox<PgNotification>()
        await pool.listen('jobs', inbox.push, { onGap: gaps.push })
        proxy.frozen = true
        while (pool.stats().listener.isListening) await new Promise(setImmediate)
        proxy.frozen = false
        await gaps.until(1)
        assert.match(String(gaps.items[0]?.cause), /did not finish within 100 ms/)
      },
      { listenKeepAliveMs: 100, connectTimeoutMs: 500 },
      url.href,
    )
    await proxy.close()
  })

  it('fails when the server cannot be reached, and may be tried again', async () => {
    const url = new URL(server.url)
    url.port = '1'
    await withPool(
      async (pool) => {
        for (let attempt = 0; attempt < 2; attempt++) {
          await assert.rejects(pool.listen('jobs', () => {}).toPromise(), PgConnectionError)
        }
        assert.equal(pool.stats().listener.channels, 0)
      },
      {},
      url.href,
    )
  })

  it('is not disturbed by a callback that throws, which is reported', () => {
    const { stdout, status, stderr } = runProgram(`
      import { PgPool } from '${SOURCES}pg/index.ts'
      const pool = new PgPool('${server.url}')
      process.on('unhandledRejection', (error) => console.log('reported', error.message))
      await pool.listen('jobs', () => {
        throw new RangeError('of a callback')
      })
      const { promise, resolve } = Promise.withResolvers()
      await pool.listen('jobs', ({ payload }) => payload === '2' && resolve())
      await pool.notify('jobs', '1')
      await pool.notify('jobs', '2')
      await promise
      await new Promise(setImmediate)
      await pool.close()
    `)
    assert.equal(status, 0, stderr)
    assert.equal(stdout, 'reported of a callback\nreported of a callback\n')
  })

  it('ends with the pool', async () => {
    const pool = new PgPool(server.url)
    const inbox = new Inbox<PgNotification>()
    await pool.listen('jobs', inbox.push)
    const pending = pool.listen('late', inbox.push)
    await pool.close()
    await assert.rejects(pending.toPromise(), ClosedError)
    await assert.rejects(pool.listen('jobs', inbox.push).toPromise(), ClosedError)
    await withPool(async (other) => {
      await other.notify('jobs', 'too late')
    })
    assert.deepEqual(inbox.items, [])
  })

  it('refuses what cannot be', async () => {
    await withPool(async (pool) => {
      for (const channel of ['', 'x'.repeat(64), 'a\0b', 7 as unknown as string]) {
        assert.throws(() => pool.listen(channel, () => {}), OptionError)
        assert.throws(() => pool.notifications(channel), OptionError)
        await assert.rejects(pool.notify(channel).toPromise(), OptionError)
      }
      assert.throws(() => pool.listen('a', 7 as never), OptionError)
      assert.throws(() => pool.listen('a', () => {}, { gap: 1 } as never), OptionError)
      assert.throws(() => pool.notifications('a', { maxQueued: 0 }), OptionError)
      await assert.rejects(pool.notify('a', 7 as never).toPromise(), OptionError)
      await assert.rejects(pool.notify('a', 'é'.repeat(4000)).toPromise(), (error) => {
        assert.ok(error instanceof PgParameterError)
        assert.match(error.message, /8000 bytes, and PostgreSQL takes at most 7999; store/)
        return true
      })
    })
  })
})

describe('PgPool.notifications', () => {
  it('is a loop that stops listening when it is left', async () => {
    await withPool(async (pool) => {
      const seen: string[] = []
      const loop = (async () => {
        for await (const { payload } of pool.notifications('jobs')) {
          seen.push(payload)
          if (payload === 'last') break
        }
      })()
      while (!pool.stats().listener.isListening) await new Promise(setImmediate)
      // Its LISTEN is the first that this connection was sent.
      await pool.listen('barrier', () => {})
      await pool.transaction(async (tx) => {
        for (const payload of ['a', 'b', 'last']) await tx.notify('jobs', payload)
      })
      await loop
      assert.deepEqual(seen, ['a', 'b', 'last'])
      assert.equal(pool.stats().listener.channels, 1)
    })
  })

  it('ends with the pool, fails with its signal, and when too many wait', async () => {
    const pool = new PgPool(server.url)
    const controller = new AbortController()
    const ended = pool.notifications('jobs').next()
    const aborted = pool.notifications('jobs', { signal: controller.signal }).next()
    const slow = pool.notifications('jobs', { maxQueued: 2 })
    const first = slow.next()
    await pool.listen('jobs', () => {})
    controller.abort(new Error('enough'))
    await assert.rejects(aborted, AbortedError)
    const inbox = new Inbox<PgNotification>()
    await pool.listen('jobs', inbox.push)
    await pool.notify('jobs', '1')
    assert.equal((await first).value?.payload, '1')
    assert.equal((await ended).value?.payload, '1')
    for (const payload of ['2', '3', '4']) await pool.notify('jobs', payload)
    await inbox.until(4)
    await assert.rejects(slow.next(), LimitError)
    const rest = pool.notifications('jobs').next()
    await pool.listen('jobs', () => {})
    await pool.close()
    assert.deepEqual(await rest, { value: undefined, done: true })
  })
})
