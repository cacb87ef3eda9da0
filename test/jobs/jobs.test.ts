import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { App, body, dep } from '../../src/app/index.ts'
import { Deferred, type Future } from '../../src/future/index.ts'
import {
  type Job,
  JobQueue,
  Jobs,
  type JobsOptions,
  jobMetrics,
  queue,
} from '../../src/jobs/index.ts'
import { formatPrometheus } from '../../src/observability/index.ts'
import { PgPool } from '../../src/pg/index.ts'
import { date, int, object, str } from '../../src/schema/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { testDatabase } from '../support/postgres.ts'

const Mail = object({ to: str(), number: int() })

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: PgPool

before(async () => {
  database = await testDatabase()
  pool = new PgPool(database.url, { max: 6 })
  await pool.exec('create table orders (id int)')
})
after(async () => {
  await pool.close()
  await database.stop()
})

/** Each with a schema of its own, so that no test sees the jobs of another. */
let made = 0
function makeJobs(
  queues: readonly JobQueue<unknown>[],
  options: JobsOptions = {},
): { jobs: Jobs; failures: unknown[] } {
  const failures: unknown[] = []
  const jobs = new Jobs(pool, queues, {
    schema: `jobs_${++made}`,
    onError: (error) => failures.push(error),
    ...options,
  })
  return { jobs, failures }
}

/** Ready when the handler has been called so often. */
function collect<T>(count: number): { add: (item: T) => void; all: Future<T[]> } {
  const items: T[] = []
  const done = new Deferred<T[]>()
  return {
    add(item) {
      items.push(item)
      if (items.length === count) done.resolve(items)
    },
    all: done.future,
  }
}

const deadline = { timeout: 60_000 }

describe('Jobs', () => {
  it('does what was added, with the payload as the schema reads it', deadline, async () => {
    const mails = queue('mail', object({ to: str(), on: date() }))
    const { jobs, failures } = makeJobs([mails])
    const seen = collect<Job<{ to: string; on: unknown }>>(1)
    jobs.work(mails, async (job) => seen.add(job))
    await jobs.start()
    const on = date().parse('2026-01-02')
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const id = await jobs.enqueue(mails, { to: 'a@b.c', on }, { traceparent, priority: 3 })
    const [job] = await seen.all
    assert.equal(job?.id, id)
    assert.deepEqual(job?.payload, { to: 'a@b.c', on })
    assert.equal(job?.attempt, 1)
    assert.equal(job?.traceparent, traceparent)
    await jobs.stop()
    assert.deepEqual(failures, [])
    assert.deepEqual(jobs.stats(), {
      mail: { enqueued: 1, completed: 1, failed: 0, active: 0 },
    })
    assert.match(formatPrometheus(jobMetrics(jobs)), /jobs_completed_total\{queue="mail"\} 1/)
  })

  it('adds a job with the transaction it is added in, or not at all', deadline, async () => {
    const mails = queue('mail', Mail)
    const { jobs } = makeJobs([mails])
    const seen = collect<number>(1)
    jobs.work(mails, ({ payload }) => seen.add(payload.number))
    await jobs.start()
    const add = (number: number, fails: boolean): Future<unknown> =>
      pool.transaction((tx) =>
        tx
          .exec('insert into orders values ($1)', [number])
          .then(() => jobs.enqueue(mails, { to: 'x', number }, { in: tx }))
          .then(() => {
            if (fails) throw new Error('no order')
          }),
      )
    await assert.rejects(async () => add(1, true), { message: 'no order' })
    await add(2, false)
    assert.deepEqual(await seen.all, [2])
    assert.deepEqual(await pool.many('select id from orders'), [{ id: 2 }])
    await jobs.stop()
  })

  it('tries again, then gives the job to the dead letter queue', deadline, async () => {
    const failed = queue('failed-mail', Mail)
    const mails = queue('mail', Mail, { retryLimit: 1, deadLetter: failed })
    const { jobs, failures } = makeJobs([mails])
    const attempts: number[] = []
    const dead = collect<unknown>(1)
    jobs.work(mails, { pollSeconds: 0.5 }, ({ attempt, payload }) => {
      attempts.push(attempt)
      throw new Error(`no server for ${payload.to}`)
    })
    jobs.work(failed, { pollSeconds: 0.5 }, ({ payload }) => dead.add(payload))
    await jobs.start()
    await jobs.enqueue(mails, { to: 'x', number: 7 })
    assert.deepEqual(await dead.all, [{ to: 'x', number: 7 }])
    await jobs.stop()
    assert.deepEqual(attempts, [1, 2])
    assert.deepEqual(failures.map(String), ['Error: no server for x', 'Error: no server for x'])
    assert.equal(jobs.stats()['mail']?.failed, 2)
  })

  it('works at as many jobs at once as it is told', deadline, async () => {
    const numbers = queue('numbers', int())
    const { jobs } = makeJobs([numbers])
    const together = collect<number>(3)
    jobs.work(numbers, { concurrency: 3, pollSeconds: 0.5 }, async ({ payload }) => {
      together.add(payload)
      await together.all
    })
    await jobs.start()
    for (const number of [1, 2, 3]) await jobs.enqueue(numbers, number)
    assert.deepEqual((await together.all).toSorted(), [1, 2, 3])
    await jobs.stop()
  })

  it('waits for jobs at work when it stops', deadline, async () => {
    const numbers = queue('numbers', int())
    const { jobs } = makeJobs([numbers])
    const begun = new Deferred<void>()
    const gate = new Deferred<void>()
    let isDone = false
    jobs.work(numbers, async () => {
      begun.resolve(undefined)
      await gate.future
      isDone = true
    })
    await jobs.start()
    await jobs.enqueue(numbers, 1)
    await begun.future
    const stopped = jobs.stop()
    gate.resolve(undefined)
    await stopped
    assert.equal(isDone, true)
    await assert.rejects(async () => jobs.enqueue(numbers, 2), { code: 'JOBS_STATE' })
  })

  it(
    'refuses a payload that does not fit, when it is added and when it is taken',
    deadline,
    async () => {
      const strict = queue('numbers', int({ max: 10 }), { retryLimit: 0 })
      const loose = queue('numbers', str())
      const { jobs: old } = makeJobs([loose], { schema: 'jobs_shared' })
      const { jobs, failures } = makeJobs([strict], { schema: 'jobs_shared' })
      const reported = new Deferred<void>()
      const reporting = new Jobs(pool, [strict], {
        schema: 'jobs_shared',
        onError: (error) => {
          failures.push(error)
          reported.resolve(undefined)
        },
      })
      await jobs.start()
      await assert.rejects(async () => jobs.enqueue(strict, 'x' as never), {
        code: 'SCHEMA_SERIALIZATION',
      })
      await old.start()
      await old.enqueue(loose, 'text')
      reporting.work(strict, () => assert.fail('called'))
      await reporting.start()
      await reported.future
      assert.match(String(failures[0]), /ValidationError/)
      for (const each of [old, jobs, reporting]) await each.stop()
    },
  )

  it('keeps to one job of a key, and to times', deadline, async () => {
    const numbers = queue('numbers', int())
    const { jobs } = makeJobs([numbers])
    await jobs.start()
    const once = { singletonKey: 'k', singletonSeconds: 3600 }
    assert.equal(typeof (await jobs.enqueue(numbers, 1, once)), 'string')
    assert.equal(await jobs.enqueue(numbers, 2, once), undefined)
    const at = new Date(Date.now() + 3_600_000)
    await jobs.enqueue(numbers, 3, { startAfter: at })
    const rows = await pool.many<{ startAfter: Date }>(
      `select start_after as "startAfter" from jobs_${made}.job where name = 'numbers' order by 1`,
    )
    assert.equal(rows.length, 2)
    assert.equal(rows[1]?.startAfter.getTime(), at.getTime())
    await jobs.stop()
  })

  it('keeps schedules in the database', deadline, async () => {
    const numbers = queue('numbers', int())
    const { jobs } = makeJobs([numbers])
    await jobs.start()
    await jobs.schedule(numbers, '0 6 * * 1-5', 1, { timeZone: 'Europe/Berlin' })
    await jobs.schedule(numbers, '0 7 * * *', 2)
    await jobs.schedule(numbers, '0 8 * * *', 3, { key: 'other' })
    const select = `select key, cron, timezone, data from jobs_${made}.schedule order by key`
    assert.deepEqual(await pool.many(select), [
      { key: '', cron: '0 7 * * *', timezone: 'UTC', data: { payload: 2 } },
      { key: 'other', cron: '0 8 * * *', timezone: 'UTC', data: { payload: 3 } },
    ])
    await jobs.unschedule(numbers, 'other')
    assert.equal((await pool.many(select)).length, 1)
    await assert.rejects(async () => jobs.schedule(numbers, 'at noon', 1))
    await jobs.stop()
  })

  it('brings the options of a queue up to date', deadline, async () => {
    const { jobs: first } = makeJobs([queue('a', int(), { retryLimit: 1 })], { schema: 'jobs_up' })
    const { jobs: second } = makeJobs([queue('a', int(), { retryLimit: 9 })], { schema: 'jobs_up' })
    await first.start()
    await second.start()
    const row = await pool.one("select retry_limit from jobs_up.queue where name = 'a'")
    assert.deepEqual(row, { retry_limit: 9 })
    await first.stop()
    await second.stop()
  })

  it('is a core dependency of an app, which drains it', deadline, async () => {
    const mails = queue('mail', Mail)
    const { jobs, failures } = makeJobs([mails])
    const sent: string[] = []
    jobs.work(mails, ({ payload }) => sent.push(payload.to))
    const running = dep({ scope: 'core' }, async function* started() {
      await jobs.start()
      yield jobs
      await jobs.stop()
    })
    const app = new App()
    app.post(
      '/mails',
      { in: { mail: body(Mail), running }, status: 202 },
      ({ mail, running: found }) => found.enqueue(mails, mail).then((id) => ({ id })),
    )
    const client = new TestClient(app)
    const response = await client.post('/mails', { json: { to: 'a', number: 1 } })
    assert.equal(response.status, 202)
    assert.match(response.text, /"id":"[0-9a-f-]{36}"/)
    while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    await client.close()
    assert.deepEqual(sent, ['a'])
    assert.deepEqual(failures, [])
  })

  it('refuses what cannot be', () => {
    const numbers = queue('numbers', int())
    const other = queue('numbers', int())
    const { jobs } = makeJobs([numbers])
    const wrong: [() => unknown, RegExp][] = [
      [() => queue('a b', int()), /queue\(\) name must be letters/],
      [() => queue('a', 5 as never), /payload must be a schema/],
      [() => queue('a', int(), { retries: 1 } as object), /retries must be absent/],
      [() => queue('a', int(), { retryLimit: -1 }), /retryLimit must be an integer/],
      [() => queue('a', int(), { deadLetter: 'b' as never }), /deadLetter must be a queue\(\)/],
      [() => queue('a', int(), { retryBackoff: 1 as never }), /retryBackoff must be true or false/],
      [() => new Jobs('x' as never, []), /must be a PgPool/],
      [() => makeJobs([numbers, other]), /a name that no other queue has/],
      [() => makeJobs([], { schema: 'a-b' }), /schema must be a name/],
      [() => makeJobs([5 as never]), /queues must be a queue\(\)/],
      [() => jobs.work(other, () => 1), /one of the queues given/],
      [() => jobs.work(numbers, { concurrency: 0 }, () => 1), /concurrency must be an integer/],
      [() => jobs.work(numbers, {} as never), /must be a function/],
      [() => jobs.enqueue(other, 1), /one of the queues given/],
      [() => jobs.enqueue(numbers, 1, { startAfter: 'x' as never }), /startAfter must be a Date/],
      [() => jobs.enqueue(numbers, 1, { delay: 1 } as object), /delay must be absent/],
    ]
    for (const [attempt, message] of wrong) {
      assert.throws(attempt, { code: 'CORE_OPTION', message })
    }
  })
})
