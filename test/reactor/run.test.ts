import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, it } from 'node:test'
import { TestProcess } from './support/process.ts'

const PROGRAM = new URL('support/program.ts', import.meta.url)

async function json(
  url: string,
): Promise<{ version: string; coreId: number; arguments: string[] }> {
  const response = await fetch(url, { headers: { connection: 'close' } })
  return (await response.json()) as { version: string; coreId: number; arguments: string[] }
}

describe('run with reactors', () => {
  afterEach(() => TestProcess.killAll())

  it('runs the entry again in each reactor, with the arguments of the program', async () => {
    const program = new TestProcess(PROGRAM, ['0', '{}'])
    const url = await program.url()
    assert.match(program.output, /Program 1\.2\.3 serves .*\/docs, 2 reactors/)
    assert.deepEqual((await json(`${url}/version`)).arguments, ['0', '{}'])
    program.signal('SIGTERM')
    assert.equal(await program.exitCode(), 0)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`lets requests in flight finish on ${signal}, in all reactors, and exits with 0`, async () => {
      const program = new TestProcess(PROGRAM, ['0'])
      const url = await program.url()
      const response = fetch(`${url}/slow`)
      await program.until(/entered/)
      program.signal(signal)
      assert.equal(await (await response).text(), '"finished"')
      assert.equal(await program.exitCode(), 0)
      assert.match(program.output, /stop hook ran on 0/)
      assert.match(program.output, /stop hook ran on 1/)
    })
  }

  it('cuts off at the deadline what does not finish', async () => {
    const program = new TestProcess(PROGRAM, ['0', '{"shutdownTimeoutMs":100}'])
    const url = await program.url()
    const lost = assert.rejects(fetch(`${url}/hang`))
    await program.until(/entered/)
    program.signal('SIGTERM')
    await lost
    assert.equal(await program.exitCode(), 0)
  })

  it('runs all stop hooks though one fails, and exits with 1', async () => {
    const program = new TestProcess(PROGRAM, ['0'], { TEST_STOP_FAILS: '0' })
    await program.url()
    program.signal('SIGTERM')
    assert.equal(await program.exitCode(), 1)
    assert.match(program.output, /^fasterapi: did not stop cleanly: no stop on purpose$/m)
    assert.match(program.output, /stop hook ran on 1/)
  })

  it('does not wait after a second signal', async () => {
    const program = new TestProcess(PROGRAM, ['0', '{"shutdownTimeoutMs":60000}'])
    const url = await program.url()
    const lost = assert.rejects(fetch(`${url}/hang`))
    await program.until(/entered/)
    program.signal('SIGTERM')
    await program.until(/finishing requests/)
    program.signal('SIGINT')
    assert.equal(await program.exitCode(), 128 + 2)
    await lost
  })

  it('exits with 1 and one line if the port is taken', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    const { port } = blocker.address() as { port: number }
    const program = new TestProcess(PROGRAM, [String(port)])
    assert.equal(await program.exitCode(), 1)
    const [line = '', ...others] = program.lines
    assert.match(line, new RegExp(`^fasterapi: cannot start: .*127\\.0\\.0\\.1:${port}`))
    assert.deepEqual(others, [])
    blocker.close()
  })

  it('exits with 1 and one line when a reactor dies again and again', async () => {
    const supervision = { maxCrashes: 1, backoffMs: 0 }
    const program = new TestProcess(PROGRAM, ['0', JSON.stringify({ supervision })])
    const url = await program.url()
    // Whichever reactor answers: one of them dies twice.
    for (let request = 0; request < 50; request++) {
      await fetch(`${url}/exit`, { headers: { connection: 'close' } }).catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.equal(await program.exitCode(), 1)
    assert.match(
      program.output,
      /^fasterapi: gave up: Reactor \d died 2 times within 60 s: its thread ended with code 3$/m,
    )
  })

  it('replaces the code on SIGHUP, and goes on with the old one if the new one is broken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fasterapi-'))
    const file = join(folder, 'version')
    writeFileSync(file, 'one')
    const program = new TestProcess(PROGRAM, ['0'], { TEST_VERSION_FILE: file })
    const url = await program.url()
    assert.equal((await json(`${url}/version`)).version, 'one')

    writeFileSync(file, 'two')
    program.signal('SIGHUP')
    await program.until(/all reactors run the new code/)
    for (let request = 0; request < 10; request++) {
      assert.equal((await json(`${url}/version`)).version, 'two')
    }

    writeFileSync(file, 'broken')
    program.signal('SIGHUP')
    await program.until(/the old code goes on: Reactor 0 did not start: .*the code is broken/)
    assert.equal((await json(`${url}/version`)).version, 'two')
    program.signal('SIGTERM')
    assert.equal(await program.exitCode(), 0)
    rmSync(folder, { recursive: true })
  })
})
