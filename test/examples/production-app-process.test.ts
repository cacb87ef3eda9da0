import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, afterEach, describe, it } from 'node:test'
import { ExampleProgram } from '../support/example-program.ts'
import { startPostgres, type TestServer } from '../support/postgres.ts'

const MAIN = 'production-app/main.ts'

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 15_000
  while (!(await condition())) {
    assert.ok(performance.now() < deadlineMs, 'it did not come true in 15 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('the production example as a process', () => {
  let server: TestServer | undefined

  afterEach(() => ExampleProgram.killAll())
  after(() => server?.remove())

  async function database(): Promise<TestServer> {
    // The shop has to survive the kill: commits wait for the log as they do in production.
    server ??= await startPostgres({ flags: ['-c', 'synchronous_commit=on'] })
    return server
  }

  it('answers 503 at once while the database is down, and serves again when it is back', async () => {
    const postgres = await database()
    const program = new ExampleProgram(MAIN, { DATABASE_URL: postgres.url })
    const url = await program.url()
    const status = async (path: string) => (await fetch(url + path)).status
    assert.equal(await status('/users/1'), 200)

    await postgres.kill()
    // Back ends outlive their killed postmaster for a moment, and may answer once more.
    await until(async () => (await status('/users/1')) === 503)
    for (let request = 0; request < 5; request++) {
      const startMs = performance.now()
      const response = await fetch(`${url}/users/1`)
      assert.equal(response.status, 503, await response.text())
      assert.equal(response.headers.get('retry-after'), '1')
      assert.ok(performance.now() - startMs < 2_000)
    }
    assert.equal(await status('/health'), 503)
    assert.equal(await status('/'), 200, 'what needs no database is served')

    await postgres.start()
    await until(async () => (await status('/users/1')) === 200)
    assert.equal(await program.stop(), 0)
  })

  it('runs on all reactors over one database, and answers for all of them', async () => {
    const program = new ExampleProgram(MAIN, {
      DATABASE_URL: (await database()).url,
      REACTORS: '2',
    })
    const url = await program.url()
    for (let request = 0; request < 20; request++) {
      const response = await fetch(`${url}/users/1`, { headers: { connection: 'close' } })
      assert.equal(response.status, 200)
      await response.text()
    }
    const health = (await (await fetch(`${url}/health`)).json()) as Record<string, unknown>
    assert.equal(health['status'], 'ok')
    const reactors = [0, 1].map((reactor) => ({ reactor, database: 'ok' }))
    assert.deepEqual(health['reactors'], reactors)

    const metrics = await (await fetch(`${url}/metrics`)).text()
    const requests = [
      ...metrics.matchAll(/^fasterapi_http_requests_total\{reactor="(\d)"\} (\d+)$/gm),
    ]
    assert.deepEqual(
      requests.map(([, reactor]) => reactor),
      ['0', '1'],
    )
    assert.equal(
      requests.reduce((sum, [, , count]) => sum + Number(count), 0),
      22,
    )
    assert.match(metrics, /^fasterapi_pg_connections_max\{reactor="1"\} 4$/m)
    assert.equal(metrics.match(/^process_resident_memory_bytes \d+$/gm)?.length, 1)
    assert.equal(program.output.match(/Preparing the tables/g)?.length ?? 0, 2, program.output)
    assert.equal(await program.stop(), 0)
  })

  it('finishes what is in flight on SIGINT, then ends with 0', async () => {
    const program = new ExampleProgram(MAIN, { DATABASE_URL: (await database()).url })
    const url = await program.url()
    const inFlight = Array.from({ length: 20 }, () => fetch(`${url}/reports/top-spenders`))
    await inFlight[0]
    const ended = program.stop('SIGINT')
    for (const response of await Promise.all(inFlight)) {
      assert.equal(response.status, 200)
      await response.text()
    }
    assert.equal(await ended, 0)
  })

  it('says in one line what is wrong, and ends with 1', async () => {
    const { url, port } = await database()
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const address = busy.address()
    const busyPort = typeof address === 'object' && address !== null ? address.port : 0
    const cases: [NodeJS.ProcessEnv, RegExp][] = [
      [{ PORT: 'eighty' }, /^PORT must be a whole number from 0 to 65535, got "eighty"$/m],
      [{ REACTORS: 'many' }, /^REACTORS must be a whole number from 1 to 256, got "many"$/m],
      [{ POOL_SIZE: '0' }, /^POOL_SIZE must be a whole number from 1 to 100, got "0"$/m],
      [{ DATABASE_URL: 'mysql://x' }, /mysql/],
      [{ DATABASE_URL: 'postgresql://u@127.0.0.1:1/x' }, /127\.0\.0\.1:1\b/],
      [{ DATABASE_URL: url.replace('secret', 'wrong') }, /password|"postgres"/],
      [{ DATABASE_URL: url.replace(/[^/]*$/, 'nowhere') }, /nowhere/],
      [{ DATABASE_URL: url, PORT: String(busyPort) }, new RegExp(`127\\.0\\.0\\.1:${busyPort}`)],
    ]
    try {
      for (const [environment, expected] of cases) {
        const program = new ExampleProgram(MAIN, { DATABASE_URL: url, ...environment })
        assert.equal(await program.exitCode(), 1, JSON.stringify(environment))
        assert.match(program.output, expected)
        assert.doesNotMatch(program.output, /^ {4}at /m, `a stack for ${port}`)
        assert.doesNotMatch(program.output, /secret|:wrong@/)
      }
    } finally {
      busy.close()
    }
  })
})
