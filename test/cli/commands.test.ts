import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parse } from 'yaml'
import { cli, Project } from './support/cli.ts'

const ESCAPE = '\u001B'

const APP = `
import { App, dep, int, query } from 'fasterapi'
export const app = new App({ title: 'Shop' })
const db = dep({ scope: 'core' }, () => { throw new Error('no database here') })
app.get('/items/{id:int}', { tags: ['items'], in: { db, limit: query(int({ default: 1 })) } },
  function readItem({ id }) { return { id } })
app.delete('/items/{id:int}', { deprecated: true, operationId: 'remove' }, () => null)
const admin = new App()
admin.get('/users', function listUsers() { return [] })
app.mount('/admin', admin)
setInterval(() => {}, 1000)
`

const RUNS_ITSELF = `
import { App } from 'fasterapi'
const app = new App({ title: 'Self' })
app.get('/self', () => 'self')
await app.run({ port: 1 })
throw new Error('never reached')
`

const TWO_APPS = `
import { App } from 'fasterapi'
export const shop = new App({ title: 'Shop' })
export const createAdmin = async () => new App({ title: 'Admin' })
export const store = new App({ title: 'Store' })
export const nothing = 1
`

describe('fasterapi', () => {
  let project: Project

  before(() => {
    project = new Project({
      'src/app.ts': APP,
      'self.ts': RUNS_ITSELF,
      'two.ts': TWO_APPS,
      'none.ts': 'export const nothing = 1',
      'enum.ts': 'export const one: number = 1\nenum Colour { Red }\n',
      'broken.mjs': 'export const fine = 1\nconst = 2\n',
      'throws.ts': "function fail(): never {\n  throw new TypeError('no luck')\n}\nfail()\n",
      'missing.ts': "import { x } from './not-there.ts'\nconsole.log(x)\n",
      'empty/readme.txt': '',
    })
  })
  after(() => project.remove())

  const run = (...argv: string[]) => cli(argv, { cwd: project.folder })

  it('lists its commands', async () => {
    const { code, stdout } = await run('--help')
    assert.equal(code, 0)
    for (const name of ['dev', 'run', 'routes', 'openapi', 'new'])
      assert.match(stdout, new RegExp(`^  ${name} `, 'm'))
    assert.ok(!stdout.includes(ESCAPE))
  })

  it('is misused without a command', async () => {
    assert.equal((await run()).code, 2)
  })

  it('says its version', async () => {
    assert.match((await run('--version')).stdout, /^fasterapi \d+\.\d+\.\d+, Node \d+/)
  })

  for (const name of ['dev', 'run', 'routes', 'openapi', 'new']) {
    it(`explains '${name}' and each of its options`, async () => {
      const { code, stdout } = await run(name, '--help')
      assert.equal(code, 0)
      assert.match(stdout, new RegExp(`^Usage: fasterapi ${name} `))
      assert.match(stdout, /-h, --help/)
    })
  }

  const misuses: readonly (readonly [argv: string[], message: RegExp])[] = [
    [['rotues'], /'rotues': there is no such command\. Did you mean 'routes'\?/],
    [['--port'], /an option needs a command before it/],
    [['run', '--prot', '1'], /'run' has no option '--prot'\. Did you mean '--port'\?/],
    [['run', '-x'], /'run' has no option '-x'/],
    [['run', '--port', 'http'], /--port must be a whole number from 0 to 65535, got 'http'/],
    [['run', '--port=65536'], /--port must be a whole number from 0 to 65535/],
    [['run', '--port'], /--port needs a value: --port <number>/],
    [['run', '--host', '--port', '1'], /--host needs a value/],
    [['run', '--reactors', 'many'], /--reactors must be auto or a number from 1 to 256/],
    [['run', '--distribution', 'clutser'], /Did you mean 'cluster'\?/],
    [['run', '--uds', '/tmp/x', '--port', '1'], /exclude each other/],
    [['run', '--tls-cert', 'cert.pem'], /--tls-cert and --tls-key belong together/],
    [['routes', '--json=yes'], /--json takes no value/],
    [['routes', 'a', 'b'], /'routes' takes one entry: what is 'b'\?/],
    [['new'], /'new' needs a folder/],
    [['new', 'My Shop'], /'My Shop' cannot be the name of a package/],
  ]
  for (const [argv, message] of misuses) {
    it(`refuses '${argv.join(' ')}' with exit code 2`, async () => {
      const { code, stderr, stdout } = await run(...argv)
      assert.match(stderr, message)
      assert.equal(code, 2)
      assert.equal(stdout, '')
    })
  }

  const failures: readonly (readonly [argv: string[], message: RegExp])[] = [
    [['routes', 'nowhere.ts'], /There is no file nowhere\.ts/],
    [['routes', 'empty'], /There is no app in .*empty: give its file/],
    [['routes', 'none.ts'], /none\.ts exports no app: add 'export const app = new App\(\)'/],
    [['routes', 'two.ts'], /exports several apps: choose one of shop, store with --app/],
    [['routes', 'two.ts', '--app', 'shoop'], /two\.ts has no export shoop; it has /],
    [['routes', 'two.ts', '--app', 'nothing'], /nothing of two\.ts is no App/],
    [['routes', 'self.ts', '--app', 'other'], /self\.ts calls run\(\) itself/],
    [['routes', '--env', 'no.env'], /There is no file no\.env/],
    [['openapi', '--output', 'no/such/folder.json'], /cannot be written/],
    [['dev', '--env', 'no.env'], /There is no file no\.env/],
  ]
  for (const [argv, message] of failures) {
    it(`fails at '${argv.join(' ')}' with one line and exit code 1`, async () => {
      const { code, stderr } = await run(...argv)
      assert.match(stderr, message)
      assert.equal(code, 1)
    })
  }

  const frames: readonly (readonly [file: string, frame: RegExp])[] = [
    [
      'enum.ts',
      /enum\.ts:2:1\n.*\n> 2 \| enum Colour \{ Red \}\n +\| \^\n[^]*hint: Node removes types/,
    ],
    ['throws.ts', /TypeError: no luck\n\n {2}throws\.ts:2:9\n[^]*> 2 \| {3}throw new TypeError/],
    ['missing.ts', /missing\.ts:1:\d+\n> 1 \| import \{ x \} from '\.\/not-there\.ts'/],
  ]
  for (const [file, frame] of frames) {
    it(`shows where ${file} is wrong`, async () => {
      const { code, stderr } = await run('routes', file)
      assert.match(stderr, frame)
      assert.doesNotMatch(stderr, /node:internal/)
      assert.equal(code, 1)
    })
  }

  describe('routes', () => {
    it('lists the routes of an app whose dependencies cannot start', async () => {
      const { code, stdout } = await run('routes')
      assert.equal(code, 0)
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/))
      assert.deepEqual(lines, [
        ['Method', 'Path', 'Name', 'Tags', 'Security'],
        ['GET', '/items/{id:int}', 'readItem', 'items'],
        ['DELETE', '/items/{id:int}', 'remove (deprecated)'],
        ['GET', '/admin/users', 'listUsers'],
      ])
    })

    it('prints them as JSON', async () => {
      const routes = JSON.parse((await run('routes', 'src', '--json')).stdout) as object[]
      assert.equal(routes.length, 3)
      assert.deepEqual(routes[0], {
        kind: 'http',
        method: 'GET',
        path: '/items/{id:int}',
        name: 'readItem',
        tags: ['items'],
        security: [],
        documented: true,
        deprecated: false,
      })
    })

    it('takes the app that an entry runs itself, and runs nothing', async () => {
      const { code, stdout } = await run('routes', 'self.ts')
      assert.match(stdout, /\/self/)
      assert.equal(code, 0)
    })

    it('calls an export that makes the app', async () => {
      const { code } = await run('routes', 'two.ts', '--app', 'createAdmin')
      assert.equal(code, 0)
    })

    it('shows colours if it is told to, and none with --no-color', async () => {
      const env = { FORCE_COLOR: '1' }
      const coloured = await cli(['routes'], { cwd: project.folder, env })
      assert.ok(coloured.stdout.includes(`${ESCAPE}[32mGET`))
      const plain = await cli(['routes', '--no-color'], { cwd: project.folder })
      assert.ok(!plain.stdout.includes(ESCAPE))
    })
  })

  describe('openapi', () => {
    it('prints the document as JSON and as YAML, and writes it to files', async () => {
      const { stdout } = await run('openapi')
      const document = JSON.parse(stdout) as { readonly info: { readonly title: string } }
      assert.equal(document.info.title, 'Shop')
      assert.deepEqual(parse((await run('openapi', '--yaml')).stdout), document)
      await run('openapi', '-o', 'api.yaml')
      assert.deepEqual(parse(readFileSync(join(project.folder, 'api.yaml'), 'utf8')), document)
      await run('openapi', '-o', 'api.json')
      assert.deepEqual(JSON.parse(readFileSync(join(project.folder, 'api.json'), 'utf8')), document)
    })
  })
})
