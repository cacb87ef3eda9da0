/**
 * Runs the tests of futures in debug mode under many orders of the run queue, one process a seed.
 *
 * Usage: `node scripts/seeds.ts [--first 1] [--count 200] [pattern ...]`; stops at the first seed
 * that fails. Left out are tests of whole programs (`*-process.test.ts`), whose seed is not ours, and
 * those of great numbers, which ask for time and memory and not for an order. Properties, which take
 * half of the time and try hundreds of orders by themselves, run with each tenth seed.
 */
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'

const { values, positionals } = parseArgs({
  options: {
    first: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
  },
  allowPositionals: true,
})
const PATTERNS = [
  'test/core/run-queue.test.ts',
  'test/future/**/*.test.ts',
  'test/conformance/seastar/*.test.ts',
]

/** In the titles of tests of great numbers. */
const GREAT_NUMBERS = '/\\d\\d,000|million|long chain/'

/** Files of tests that take random cases. */
const PROPERTIES = /\/models\/|\/twins|-property\.test/

interface Failure {
  readonly seed: number
  readonly output: string
}

function seedsOf(first: number, count: number): number[] {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || first < 0 || count < 1) {
    throw new RangeError('--first and --count must be whole numbers')
  }
  return Array.from({ length: count }, (_, index) => first + index)
}

const files = globSync(positionals.length > 0 ? positionals : PATTERNS)
  .filter((file) => !file.endsWith('-process.test.ts'))
  .toSorted()
const seeds = seedsOf(Number(values.first), Number(values.count))

function filesOf(seed: number): string[] {
  return seed % 10 === 0 ? files : files.filter((file) => !PROPERTIES.test(file))
}

/** @returns what the run printed, unless its tests passed */
async function runSeed(seed: number): Promise<Failure | undefined> {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env
  // Creation sites cost most of a debug run, and no test in these files looks at them.
  const flags = [
    '--stack-trace-limit=0',
    '--test',
    '--test-isolation=none',
    '--test-reporter=spec',
    `--test-skip-pattern=${GREAT_NUMBERS}`,
  ]
  const env = {
    ...environment,
    FASTERAPI_DEBUG: '1',
    FASTERAPI_SEED: String(seed),
    NODE_COMPILE_CACHE: join(tmpdir(), 'fasterapi-seeds'),
  }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...filesOf(seed)], {
      env,
      maxBuffer: 64 * 1024 * 1024,
      timeout: 120_000,
    })
    // An empty run is no success.
    return /^ℹ pass [1-9]/m.test(stdout) ? undefined : { seed, output: stdout }
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as Partial<Record<string, string>>
    const [, failing] = stdout.split('failing tests:')
    return { seed, output: failing ?? `${message}\n${stdout}\n${stderr}` }
  }
}

const failures: Failure[] = []
const waiting = [...seeds]

async function work(): Promise<void> {
  while (failures.length === 0) {
    const seed = waiting.shift()
    if (seed === undefined) return
    const failure = await runSeed(seed)
    if (failure !== undefined) failures.push(failure)
  }
}

const startMs = performance.now()
await Promise.all(Array.from({ length: availableParallelism() }, work))
const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
for (const { seed, output } of failures) {
  console.error(
    `${output}\nSeed ${seed} failed; repeat it with FASTERAPI_DEBUG=1 FASTERAPI_SEED=${seed}`,
  )
}
if (failures.length === 0) {
  console.log(
    `${seeds.length} seeds from ${seeds[0]} on, ${files.length} files: passed in ${seconds} s`,
  )
}
process.exitCode = failures.length === 0 ? 0 : 1
