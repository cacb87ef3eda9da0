import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

describe('run queue of a program', () => {
  it('goes on with the rest after a task that throws', () => {
    const runQueue = new URL('../../src/core/run-queue.ts', import.meta.url).href
    const program = `
      import { schedule } from ${JSON.stringify(runQueue)}
      process.on('unhandledRejection', (reason) => console.log(reason.message))
      schedule({ run() { throw new Error('defect') } })
      schedule({ run() { console.log('next') } })`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    assert.deepEqual(stdout.trim().split('\n').toSorted(), ['defect', 'next'])
  })

  it('has the quota of its environment, and refuses a bad one at the start', () => {
    const runQueue = new URL('../../src/core/run-queue.ts', import.meta.url).href
    const program = `
      import { runQueueStats } from ${JSON.stringify(runQueue)}
      console.log(runQueueStats().quotaMs)`
    const run = (quota: string) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
        env: { ...process.env, FASTERAPI_TASK_QUOTA_MS: quota },
      })
    assert.equal(run('1.5').stdout, '1.5\n')
    assert.match(run('fast').stderr, /FASTERAPI_TASK_QUOTA_MS must be a positive number/)
  })
})
