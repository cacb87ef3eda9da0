/**
 * Runs the whole test suite against one real PostgreSQL, in normal and in debug mode.
 *
 * Usage: `node scripts/test.ts [--normal-only] [pattern ...]`; patterns default to all tests.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { testDatabase } from '../test/support/postgres.ts'

const { values, positionals } = parseArgs({
  options: { 'normal-only': { type: 'boolean', default: false } },
  allowPositionals: true,
})
const patterns = positionals.length > 0 ? positionals : ['test/**/*.test.ts']
const modes = values['normal-only'] ? ['0'] : ['0', '1']

/** Node ends a test that takes too long, but not a file that does not end; asked to end, it names those. */
const LIMIT_MS = 20 * 60_000

const database = await testDatabase()
let status = 0
try {
  for (const debug of modes) {
    console.log(`\nNode ${process.version}, FASTERAPI_DEBUG=${debug}`)
    // Not spawnSync: this process has to go on reading what the server logs, or the server stops at a full pipe.
    const run = spawn(process.execPath, ['--test', '--test-timeout=120000', ...patterns], {
      stdio: 'inherit',
      env: { ...process.env, FASTERAPI_DEBUG: debug, TEST_DATABASE_URL: database.url },
    })
    const limit = setTimeout(() => run.kill('SIGTERM'), LIMIT_MS)
    const [code, signal] = (await once(run, 'close')) as [number | null, NodeJS.Signals | null]
    clearTimeout(limit)
    status ||= code ?? 1
    if (signal !== null) console.error(`The test runner ended by ${signal}`)
  }
} finally {
  await database.stop()
}
// Not exitCode: the package that runs the server sets one of its own when the process ends by itself.
process.exit(status)
