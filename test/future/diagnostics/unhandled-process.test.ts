import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

describe('an unhandled failure of a program', () => {
  const index = new URL('../../../src/future/index.ts', import.meta.url).href

  function run(program: string, environment: NodeJS.ProcessEnv = {}) {
    return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    })
  }

  it('ends it like an unhandled rejection', () => {
    const { status, stderr } = run(`
      import { Future } from ${JSON.stringify(index)}
      Future.failed(new Error('nobody cares'))`)
    assert.equal(status, 1)
    assert.match(stderr, /nobody cares/)
  })

  it('reaches the listeners of the process', () => {
    const { status, stdout } = run(`
      import { Future } from ${JSON.stringify(index)}
      process.on('unhandledRejection', (reason) => console.log('caught', reason.message))
      Future.failed(new Error('nobody cares'))`)
    assert.equal(status, 0)
    assert.equal(stdout, 'caught nobody cares\n')
  })

  it('does not end it if somebody listens; a listener that throws does', () => {
    const program = (body: string) => `
      import { Future, onUnhandledFailure } from ${JSON.stringify(index)}
      onUnhandledFailure(() => { ${body} })
      onUnhandledFailure(({ reason }) => console.log('told', reason.message))
      Future.failed(new Error('nobody cares'))`
    const silent = run(program(''))
    assert.equal(silent.status, 0)
    assert.equal(silent.stdout, 'told nobody cares\n')
    const broken = run(program("throw new Error('a bad listener')"))
    assert.equal(broken.status, 1)
    assert.equal(broken.stdout, 'told nobody cares\n')
    assert.match(broken.stderr, /a bad listener/)
  })

  it('names the place of creation in debug mode', () => {
    const { stderr } = run(
      `import { Future } from ${JSON.stringify(index)}
      process.on('unhandledRejection', () => {})
      function guilty() { return Future.failed(new Error('x')) }
      guilty()`,
      { FASTERAPI_DEBUG: '1' },
    )
    assert.match(stderr, /created\n.*guilty/)
  })
})
