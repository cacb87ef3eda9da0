import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, it } from 'node:test'
import { Project, type RunningCli, startCli } from './support/cli.ts'

const APP = `
import { setTimeout as sleep } from 'node:timers/promises'
import { App } from 'fasterapi'
import { text } from './text.ts'
export const app = new App({ title: 'Dev' })
app.onStart(() => console.log('start hook'))
app.onStop(() => console.log('stop hook'))
app.get('/', () => text)
app.get('/env', () => process.env['GREETING'])
app.get('/slow', async () => {
  console.log('slow begins')
  await sleep(400)
  return text
})
app.get('/crash', () => {
  setTimeout(() => { throw new RangeError('out of range') })
  return 'soon'
})
`

const text = (value: string) => ({ 'text.ts': `export const text: string = '${value}'\n` })

/** The machine that runs the tests may be busy; what it takes on an idle one is in docs/cli.md. */
const RELOAD_BOUND_MS = 10_000

describe('fasterapi dev', () => {
  let project: Project
  let server: RunningCli
  let url: string

  async function start(files: Record<string, string>, ...argv: string[]): Promise<void> {
    project = new Project(files)
    server = startCli(['dev', '--port', '0', ...argv], { cwd: project.folder })
    const [, found = ''] = await server.outputs(/API +(http:\S+)|stopped[^]*?(http:\S+) tells/)
    url = found
  }

  const get = async (path = '/', headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, { headers })
    return { status: response.status, text: await response.text() }
  }

  /** Asks again while the old code may still answer: a change takes a moment to be seen. */
  async function eventually(expected: string | RegExp): Promise<void> {
    const isIt = (found: string) =>
      typeof expected === 'string' ? found === expected : expected.test(found)
    const deadlineMs = performance.now() + RELOAD_BOUND_MS
    for (;;) {
      const { text } = await get()
      if (isIt(text)) return
      assert.ok(performance.now() < deadlineMs, `still ${text}\n${server.output()}`)
    }
  }

  afterEach(async () => {
    server.process.kill('SIGINT')
    await server.ended
    project.remove()
  })

  it('serves, says where, and never refuses a request while it reloads', async () => {
    await start({ 'app.ts': APP, ...text('one') })
    assert.match(server.output(), /Dev 0\.1\.0 serves in \d+ ms/)
    assert.match(server.output(), /Docs +http:\/\/127\.0\.0\.1:\d+\/docs/)
    assert.match(server.output(), /Entry +app\.ts watching 2 files/)
    assert.equal((await get()).text, '"one"')
    for (const value of ['two', 'three', 'four']) {
      project.write(text(value))
      await eventually(`"${value}"`)
    }
    assert.match(server.output(), /changed text\.ts\nstop hook\nstart hook\nserving in \d+ ms/)
  })

  it('lets a request in flight finish with the old code', async () => {
    await start({ 'app.ts': APP, ...text('old') })
    const slow = get('/slow')
    await server.outputs(/slow begins/)
    project.write(text('new'))
    assert.deepEqual(await slow, { status: 200, text: '"old"' })
    await eventually('"new"')
  })

  it('shows what is wrong with a change, on the terminal, as JSON and as a page', async () => {
    await start({ 'app.ts': APP, ...text('fine') })
    project.write({ 'text.ts': 'export const fine = 1\nexport const = 2\n' })
    await eventually(/^\{"detail":"The app does not run: SyntaxError: /)
    assert.match(
      server.output(),
      /stopped SyntaxError: [^]*text\.ts:2:14\n[^]*> 2 \| export const = 2/,
    )
    const page = await get('/anything', { accept: 'text/html,*/*' })
    assert.equal(page.status, 503)
    assert.match(page.text, /<span class="here">2 \| export const = 2<\/span>/)
    project.write(text('mended'))
    await eventually('"mended"')
  })

  it('finds the place of a syntax error in JavaScript, which V8 does not tell', async () => {
    await start({ 'app.mjs': "import './other.mjs'\n", 'other.mjs': 'let fine\nlet = = 3\n' })
    assert.match(server.output(), /other\.mjs:2:\d+\n[^]*> 2 \| let = = 3/)
  })

  it('waits for a file that an import asks for', async () => {
    const { 'text.ts': missing } = text('there')
    await start({ 'app.ts': APP })
    assert.match(server.output(), /app\.ts:4:\d+\n[^]*> 4 \| import \{ text \} from '\.\/text\.ts'/)
    project.write({ 'text.ts': missing })
    await server.outputs(/serv(?:es|ing) in/)
  })

  it('survives a crash of the app, and starts it again with the next change', async () => {
    await start({ 'app.ts': APP, ...text('one') })
    await get('/crash')
    await server.outputs(/stopped RangeError: out of range/)
    assert.equal((await get()).status, 503)
    project.write(text('two'))
    await eventually('"two"')
  })

  it('tells why a dependency did not start, with its source', async () => {
    await start({
      'app.ts': `
import { App, dep } from 'fasterapi'
export const app = new App()
const db = dep({ scope: 'core' }, function database() {
  throw new Error('no database')
})
app.get('/', { in: { db } }, () => 1)
`,
    })
    assert.match(server.output(), /did not start: no database[^]*> 5 \| {3}throw new Error/)
  })

  it('takes an entry that runs its app itself, at its own address', async () => {
    await start({
      'app.ts': `
import { App } from 'fasterapi'
const app = new App({ title: 'Self' })
app.get('/', () => app.server?.url)
await app.run({ port: 1, host: '203.0.113.1', maxBodyBytes: 10 })
`,
    })
    assert.match((await get()).text, /^"http:\/\/127\.0\.0\.1:/)
    const large = await fetch(url, { method: 'POST', body: 'x'.repeat(11) })
    assert.ok([405, 413].includes(large.status))
  })

  it('reads .env again when it changes, and watches what else it is told to', async () => {
    const files = { 'app.ts': APP, ...text('one'), '.env': 'GREETING=hello\n', 'data/a.txt': 'a' }
    await start(files, '--watch', 'data')
    assert.equal((await get('/env')).text, '"hello"')
    project.write({ '.env': 'GREETING=goodbye\n' })
    await server.outputs(/changed \.env[^]*serving in/)
    assert.equal((await get('/env')).text, '"goodbye"')
    project.write({ 'data/b.txt': 'b' })
    await server.outputs(/changed data\/b\.txt[^]*serving in/)
  })

  it('stops when a file of the app is gone, and goes on when it is back', async () => {
    await start({ 'app.ts': APP, ...text('one') })
    rmSync(join(project.folder, 'text.ts'))
    await server.outputs(/stopped Error: Cannot find module/)
    project.write(text('back'))
    await eventually('"back"')
  })

  it('stops the app on SIGINT, and ends with 0', async () => {
    await start({ 'app.ts': APP, ...text('one') })
    server.process.kill('SIGINT')
    const { code, stdout } = await server.ended
    assert.equal(code, 0)
    assert.match(stdout, /stop hook/)
  })

  it('says that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { readonly port: number }
    project = new Project({ 'app.ts': APP, ...text('one') })
    server = startCli(['dev', '--port', String(port)], { cwd: project.folder })
    const { code, stderr } = await server.ended
    other.close()
    assert.match(stderr, /Port \d+ of 127\.0\.0\.1 is taken: give another one with --port/)
    assert.equal(code, 1)
  })
})
