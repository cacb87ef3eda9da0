import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { OptionError } from '../../src/core/errors.ts'
import { Deferred } from '../../src/future/index.ts'
import { HttpError, StreamBody } from '../../src/http/index.ts'
import {
  type AccessLogEntry,
  type AccessLogOptions,
  accessLog,
  requestId,
} from '../../src/middleware/index.ts'
import { makeApp } from '../app/support.ts'
import { around, now } from './support.ts'

/** Requests of an app whose entries are kept. */
async function entriesOf(
  paths: readonly string[],
  options: AccessLogOptions = {},
): Promise<AccessLogEntry[]> {
  const entries: AccessLogEntry[] = []
  const layer = accessLog({ log: (entry) => entries.push(entry), ...options })
  const { app, client } = makeApp({ use: [requestId({ generate: () => 'id' }), layer] })
  app.get('/users/{id:int}', ({ id }) => ({ id }))
  app.get('/stream', () => new StreamBody(['a', 'b']))
  app.get('/teapot', () => {
    throw new HttpError(418)
  })
  for (const path of paths) {
    await client.get(path, { headers: { 'user-agent': 'test', authorization: 'secret' } })
  }
  return entries
}

describe('accessLog', () => {
  it('notes what was asked, and what was answered', async () => {
    const [entry] = await entriesOf(['/users/7?a=1'])
    const { time, durationMs, ...rest } = entry!
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000)
    assert.ok(durationMs >= 0)
    assert.deepEqual(rest, {
      method: 'GET',
      target: '/users/7?a=1',
      route: '/users/{id:int}',
      status: 200,
      bytes: 8,
      client: '127.0.0.1',
      httpVersion: '1.1',
      requestId: 'id',
      aborted: undefined,
      headers: { 'user-agent': 'test' },
    })
  })

  it('notes refusals, what is not found, and streams when they are over', async () => {
    const entries = await entriesOf(['/users/x', '/none', '/teapot', '/stream'])
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(
      entries.map(({ status, route, bytes }) => [status, route, typeof bytes]),
      [
        [422, '/users/{id:int}', 'number'],
        [404, undefined, 'number'],
        [418, '/teapot', 'number'],
        [200, '/stream', 'undefined'],
      ],
    )
  })

  it('leaves out what it is told to, and samples what went well', async () => {
    const paths = ['/users/1', '/none', '/teapot']
    const statuses = async (options: AccessLogOptions): Promise<number[]> =>
      (await entriesOf(paths, options)).map(({ status }) => status)
    assert.deepEqual(await statuses({ skip: ['/none'] }), [200, 418])
    assert.deepEqual(await statuses({ skip: (_, { status }) => status === 200 }), [404, 418])
    assert.deepEqual(await statuses({ sample: 0 }), [404, 418])
  })

  it('writes no secrets of the query, however their names are written', async () => {
    const cases: [target: string, logged: string][] = [
      ['/none?token=x&a=1', '/none?token=REDACTED&a=1'],
      ['/none?a=1&TOKEN=x', '/none?a=1&TOKEN=REDACTED'],
      ['/none?%74oken=x', '/none?%74oken=REDACTED'],
      ['/none?password=a=b', '/none?password=REDACTED'],
      ['/none?token', '/none?token'],
      ['/none?my_token=x&tokens=y', '/none?my_token=x&tokens=y'],
      ['/none?%zz=1&token=', '/none?%zz=1&token=REDACTED'],
    ]
    const entries = await entriesOf(cases.map(([target]) => target))
    assert.deepEqual(
      entries.map(({ target }) => target),
      cases.map(([, logged]) => logged),
    )
    const [own] = await entriesOf(['/none?token=x&mine=y'], { redact: ['mine'] })
    assert.equal(own?.target, '/none?token=x&mine=REDACTED')
  })

  it('redacts every value that a query parser gives for a secret name', () => {
    const entries: AccessLogEntry[] = []
    const answer = around([accessLog({ log: (entry) => entries.push(entry) })])
    const part = fc.constantFrom('token', '%54oken', '=', '&', 'v', '+', '%26', '%', 'a')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
        now(answer({ target: `/?${parts.join('')}` }))
        const { target } = entries.pop()!
        for (const [name, value] of new URLSearchParams(target.slice(2))) {
          if (name.toLowerCase() === 'token') assert.ok(value === '' || value === 'REDACTED')
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('writes lines of JSON or text, in batches', async () => {
    const batches: string[] = []
    const to = (lines: string): unknown => batches.push(lines)
    const json = accessLog({ to, maxDelayMs: 60_000 })
    const text = accessLog({ to, format: 'text', maxDelayMs: 60_000 })
    const own = accessLog({ to, format: ({ status }) => `<${status}>`, maxDelayMs: 60_000 })
    const answer = around([requestId({ generate: () => 'id' }), json, text, own])
    for (let count = 0; count < 3; count++) {
      now(answer({ target: '/a', headers: [['user-agent', 'x" y']], remoteAddress: '::1' }))
    }
    assert.equal(batches.length, 0)
    await json.flush()
    await text.flush()
    await own.flush()
    assert.equal(batches.length, 3)
    const lines = batches[0]!.trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as AccessLogEntry).status),
      [200, 200, 200],
    )
    const time = String.raw`\[\d{4}-[\d:.T-]+Z\]`
    const line = String.raw`::1 - - ${time} "GET /a HTTP/1.1" 200 2 [\d.]+ms id "x\\" y"\n`
    assert.match(batches[1]!, new RegExp(`^(${line}){3}$`))
    assert.equal(batches[2], '<200>\n<200>\n<200>\n')
  })

  it('writes a batch when its time is over', async () => {
    const written = new Deferred<string>()
    const layer = accessLog({ to: (lines) => written.resolve(lines), maxDelayMs: 1 })
    now(around([layer])())
    // The timer does not keep a process alive; the test does.
    const alive = setInterval(() => undefined, 1000)
    assert.match(await written.future, /"status":200/)
    clearInterval(alive)
  })

  it('drops lines that nobody takes, and counts them', async () => {
    const gate = new Deferred<void>()
    const layer = accessLog({ to: () => gate.future, maxBufferedBytes: 2000 })
    const answer = around([layer])
    for (let count = 0; count < 100; count++) now(answer())
    assert.ok(layer.dropped > 50 && layer.dropped < 100, String(layer.dropped))
    gate.resolve()
    await layer.flush()
    const failing = accessLog({ to: () => Promise.reject(new Error('full')) })
    now(around([failing])())
    await failing.flush()
    assert.equal(failing.dropped, 1)
  })

  it('writes to file descriptors', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'access-log-'))
    after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'log')
    const fd = openSync(file, 'a')
    const layer = accessLog({ to: fd })
    const answer = around([layer])
    for (let count = 0; count < 1000; count++) now(answer({ target: `/${count}` }))
    await layer.flush()
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as AccessLogEntry).target),
      Array.from({ length: 1000 }, (_, count) => `/${count}`),
    )
    closeSync(fd)
    now(answer())
    await layer.flush()
    assert.equal(layer.dropped, 1)
  })

  it('writes what is left when the process exits', () => {
    const source = fileURLToPath(new URL('../../src/', import.meta.url))
    const program = `
      import { accessLog, compose } from '${source}middleware/index.ts'
      import { createRequest, HttpResponse } from '${source}http/index.ts'
      const run = compose([accessLog()], () => new HttpResponse(204, null), () => new HttpResponse(500, null))
      run(createRequest())
      process.exit(0)`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    assert.equal((JSON.parse(stdout) as AccessLogEntry).status, 204)
  })

  it('refuses impossible options', () => {
    const wrong: unknown[] = [
      { format: 'xml' },
      { to: 'log.txt' },
      { sample: 2 },
      { skip: ['health'] },
      { headers: ['Cookie'] },
      { headers: ['authorization'] },
      { redact: 'token' },
      { until: 'done' },
      { log: true },
      { level: 1 },
    ]
    for (const options of wrong) {
      assert.throws(() => accessLog(options as never), OptionError, JSON.stringify(options))
    }
  })
})
