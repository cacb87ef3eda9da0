import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, it } from 'node:test'
import type { LimitError } from '../../src/core/errors.ts'
import { currentGroup } from '../../src/core/run-queue.ts'
import { Deferred } from '../../src/future/index.ts'
import { App, background, dep, HttpError, query, str } from '../../src/index.ts'
import { makeApp } from './support.ts'

describe('background', () => {
  it('runs tasks of dependencies and handler after the response, in order, then cleanups', async () => {
    const { app, client } = makeApp()
    const log: string[] = []
    const note = (what: string): void => void log.push(what)
    const pool = dep(function* () {
      yield 'pool'
      note('pool closed')
    })
    const audit = dep({ tasks: background(), q: query(str()) }, ({ tasks, q }) => {
      tasks.add(note, `found ${q}`)
      return q
    })
    app.get('/', { in: { pool, audit, tasks: background() } }, ({ tasks, pool }) => {
      tasks.add(async (name: string) => {
        await Promise.resolve()
        note(`${name} still open`)
      }, pool)
      tasks.add(() => note('last'))
      note('handler')
      return 'done'
    })
    assert.equal((await client.get('/?q=x')).json(), 'done')
    assert.deepEqual(log, ['handler', 'found x', 'pool still open', 'last', 'pool closed'])
  })

  it('starts in the group of background work, with the context of where it was added', async () => {
    const { app, client } = makeApp()
    const trace = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    app.get('/', { in: { tasks: background() } }, ({ tasks }) => {
      trace.run('trace 1', () => {
        tasks.add(() => void seen.push(currentGroup().name, trace.getStore()))
      })
    })
    await client.get('/')
    assert.deepEqual(seen, ['background', 'trace 1'])
  })

  it('logs each failure once, and goes on', async () => {
    const { app, client, logged } = makeApp()
    const log: string[] = []
    const failure = new Error('mail is down')
    app.get('/', { in: { tasks: background() } }, ({ tasks }) => {
      tasks.add(() => {
        throw failure
      })
      tasks.add(() => void log.push('second'))
      tasks.add(() => Promise.reject(failure))
    })
    assert.equal((await client.get('/')).status, 200)
    assert.deepEqual(log, ['second'])
    assert.deepEqual(logged, [failure, failure])
  })

  it('drops tasks if the handler fails, or the result does not fit', async () => {
    const { app, client } = makeApp({ background: { maxConcurrent: 1, maxWaiting: 0 } })
    const log: string[] = []
    const tasks = background()
    app.get('/fails', { in: { tasks } }, ({ tasks }) => {
      tasks.add(() => void log.push('ran'))
      throw new HttpError(409)
    })
    app.get('/unfit', { in: { tasks }, out: { 200: str() } }, ({ tasks }) => {
      tasks.add(() => void log.push('ran'))
      return 1 as never
    })
    // What is dropped counts no more: else the second would be refused with 503.
    for (const [path, status] of [
      ['/fails', 409],
      ['/unfit', 500],
      ['/fails', 409],
    ] as const) {
      assert.equal((await client.get(path)).status, status)
    }
    assert.deepEqual(log, [])
  })

  it('refuses with 503 what is more than the app takes', async () => {
    const { app, client } = makeApp({ background: { maxConcurrent: 1, maxWaiting: 1 } })
    const gate = new Deferred<void>()
    const asked: unknown[] = []
    app.get('/', { in: { tasks: background() } }, ({ tasks }) => {
      asked.push(tasks)
      tasks.add(() => gate.future)
    })
    // A test client answers when all that a request has begun is done.
    const answers = [client.get('/'), client.get('/'), client.get('/')]
    while (asked.length < 3) await new Promise((resolve) => setImmediate(resolve))
    const code = await app.background(() => 1).then(String, (error) => (error as LimitError).code)
    assert.equal(code, 'CORE_LIMIT')
    gate.resolve()
    const statuses = []
    for (const each of answers) statuses.push((await each).status)
    assert.deepEqual(statuses, [200, 200, 503])
    assert.equal((await client.get('/')).status, 200)
  })

  it('is waited for when the app stops', async () => {
    const { app, client } = makeApp()
    const gate = new Deferred<void>()
    const started = new Deferred<void>()
    let isStopped = false
    app.get('/', { in: { tasks: background() } }, ({ tasks }) => {
      tasks.add(() => {
        started.resolve()
        return gate.future
      })
    })
    const answer = client.get('/')
    await started.future
    const stopped = app.stop().tap(() => {
      isStopped = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(isStopped, false)
    gate.resolve()
    await stopped
    await answer
  })

  it('refuses limits and tasks that cannot work', async () => {
    const bad = [{ maxConcurrent: 0 }, { maxWaiting: -1 }, { max: 1 }, 7]
    for (const each of bad) {
      assert.throws(() => new App({ background: each as never }), { code: 'CORE_OPTION' })
    }
    const { app, client } = makeApp()
    app.get('/', { in: { tasks: background() } }, ({ tasks }) => {
      assert.throws(() => tasks.add(1 as never), { code: 'CORE_OPTION' })
      return 'ok'
    })
    assert.equal((await client.get('/')).json(), 'ok')
  })
})
