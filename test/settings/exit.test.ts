import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

const SETTINGS = new URL('../../src/settings/index.ts', import.meta.url).href
const SCHEMA = new URL('../../src/schema/index.ts', import.meta.url).href

function run(options: string): { status: number | null; stdout: string; stderr: string } {
  const program = `
    import { settings } from '${SETTINGS}'
    import { int } from '${SCHEMA}'
    settings({ port: int(), workers: int() }, ${options})
    console.log('started')`
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env: { ...process.env, PORT: 'x', WORKERS: '' },
    timeout: 60_000,
  })
}

describe('a program whose settings are wrong', () => {
  it('ends with status 78 and the table, without a stack', () => {
    const { status, stdout, stderr } = run('{}')
    assert.equal(status, 78)
    assert.equal(stdout, '')
    assert.match(stderr, /^2 settings are wrong:\n {2}PORT .*\n {2}WORKERS .*\n$/)
  })

  it('goes on to its own catch if told to throw', () => {
    const { status, stderr } = run("{ onInvalid: 'throw' }")
    assert.equal(status, 1)
    assert.match(stderr, /SettingsError: 2 settings are wrong/)
  })
})
