import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { cli, neutralEnvironment, ROOT } from './support/cli.ts'

/** The package as users get it, and a folder for projects. */
describe('fasterapi new', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-new-'))
  let tarball: string

  const run = (command: string, argv: readonly string[], cwd: string): string =>
    execFileSync(command, argv, { cwd, env: neutralEnvironment(), encoding: 'utf8', stdio: 'pipe' })

  before(() => {
    run('npm', ['pack', '--pack-destination', folder], ROOT)
    tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  function install(project: string): void {
    const flags = ['--offline', '--no-save', '--omit=dev', '--no-audit', '--no-fund']
    run('npm', ['install', ...flags, tarball], project)
    // What comes from the registry is here already.
    mkdirSync(join(project, 'node_modules/@types'))
    for (const name of ['@types/node', 'undici-types', 'typescript']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name))
    }
  }

  for (const [name, flags] of [
    ['my-shop', []],
    ['my-users', ['--postgres']],
  ] as const) {
    it(`makes a project that passes its own checks: ${[name, ...flags].join(' ')}`, async () => {
      const { code, stdout } = await cli(['new', name, ...flags], { cwd: folder })
      assert.equal(code, 0)
      assert.match(stdout, new RegExp(`created ${name} `))
      const project = join(folder, name)
      install(project)
      const left = readdirSync(project, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(?:ts|json|md)$|Dockerfile$/.test(file) && !/node_modules/.test(file))
        .filter((file) => readFileSync(join(project, file), 'utf8').includes('{{'))
      assert.deepEqual(left, [])
      const bin = join(project, 'node_modules/.bin/fasterapi')
      run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit'], project)
      const flag = '--test-reporter=spec'
      assert.match(run(process.execPath, ['--test', flag, 'test/items.test.ts'], project), /pass 4/)
      assert.match(run(bin, ['routes'], project), /POST +\/items +createItem +items/)
    })
  }

  it('leaves a folder alone that has something in it', async () => {
    const { code, stderr } = await cli(['new', 'my-shop'], { cwd: folder })
    assert.match(stderr, /is not empty: it has/)
    assert.equal(code, 1)
  })
})
