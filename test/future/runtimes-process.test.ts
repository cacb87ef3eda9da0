import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { deserializeError } from '../../src/future/index.ts'
import { EXPECTED } from './runtimes/tour.ts'

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}

async function seenBy(command: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: 60_000 })
  return JSON.parse(stdout)
}

/** Bun comes with the peers of the benchmarks: 90 MB are too much for every clone. */
const bun = process.env['BUN'] ?? pathOf('../../benchmarks/node_modules/.bin/bun')

describe('futures in other places than the main thread of Node', () => {
  it('work in a worker thread, and their failures cross to ours', async () => {
    const worker = new Worker(pathOf('runtimes/worker.ts'))
    const [{ seen, failure }] = (await once(worker, 'message')) as [
      { seen: unknown; failure: unknown },
    ]
    const error = deserializeError(failure) as Error & { code: string; timeoutMs: number }
    assert.deepEqual(seen, EXPECTED)
    assert.equal(error.message, 'The worker did not finish within 1 ms')
    assert.deepEqual([error.name, error.code, error.timeoutMs], ['TimeoutError', 'CORE_TIMEOUT', 1])
    await worker.terminate()
  })

  it('work with the globals of browsers only', async () => {
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
    const seen = await seenBy(process.execPath, ...flags, pathOf('runtimes/browser.ts'))
    assert.deepEqual(seen, EXPECTED)
  })

  it(
    'work in Bun',
    { skip: existsSync(bun) ? false : 'needs npm install in benchmarks/, or BUN=<path>' },
    async () => assert.deepEqual(await seenBy(bun, pathOf('runtimes/bun.ts')), EXPECTED),
  )
})
