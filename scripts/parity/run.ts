/**
 * FastAPI's own tutorial tests against our programs, or against FastAPI to record its answers.
 *
 * Usage: `node scripts/parity/run.ts judge|record --fastapi <checkout> --python <venv>/bin/python
 * [--topic <name>]...`; see scripts/parity/README.md
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { LEFT_OUT } from './left-out.ts'
import { type Results, reportResults } from './report.ts'
import { type Records, writeRecords } from './write-records.ts'

/** Topics whose tests have another name. */
const TESTS_OF: Readonly<Record<string, string>> = {
  app_testing: 'test_testing',
  dependency_testing: 'test_testing_dependencies',
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fastapi: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    topic: { type: 'string', multiple: true, default: [] },
    verbose: { type: 'boolean', default: false },
  },
})
const [mode] = positionals
const { fastapi, python, topic, verbose } = values
if ((mode !== 'judge' && mode !== 'record') || fastapi === undefined) {
  throw new Error('Usage: run.ts judge|record --fastapi <checkout> [--python <python>] [--topic x]')
}

/** Ours, for programs that FastAPI's tests ask nothing. */
const OWN_TESTS = path.join(import.meta.dirname, 'own_tests')

const folder = mkdtempSync(path.join(tmpdir(), 'parity-'))
const results = path.join(folder, 'results.json')
try {
  const tests = testsOf(fastapi, topic)
  const done = spawnSync(python, [...pytest(fastapi, folder), ...tests], {
    cwd: fastapi,
    stdio: verbose ? 'inherit' : ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PYTHONPATH: [import.meta.dirname, fastapi].join(path.delimiter),
      PYTHONDONTWRITEBYTECODE: '1',
      PARITY_MODE: mode,
      PARITY_RESULTS: results,
      PARITY_LEFT_OUT: JSON.stringify(LEFT_OUT),
    },
  })
  if (!existsSync(results)) throw new Error(`pytest made no results (status ${done.status})`)
  const { tests: found, records } = JSON.parse(readFileSync(results, 'utf8')) as {
    readonly tests: Results
    readonly records: Records
  }
  if (mode === 'judge') reportResults(found)
  else writeRecords(records)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The checkout's own settings of pytest ask for plugins that are not needed here. */
function pytest(checkout: string, scratch: string): string[] {
  const settings = path.join(scratch, 'pytest.ini')
  writeFileSync(settings, '[pytest]\nmarkers = xdist_group: of tests that share a folder\n')
  const plugins = ['-p', 'judge.plugin', '-p', 'no:cacheprovider']
  const places = ['-c', settings, '--rootdir', checkout, '--import-mode=importlib']
  const run = ['-W', 'ignore', '-m', 'pytest', '-q', '--tb=short']
  return [...run, '--continue-on-collection-errors', ...plugins, ...places]
}

/** Topics as they are named in docs_src; the tests of `body` are in `test_body`. */
function testsOf(checkout: string, topics: readonly string[]): string[] {
  const root = path.join('tests', 'test_tutorial')
  if (topics.length === 0) return [root, OWN_TESTS]
  const present = readdirSync(path.join(checkout, root))
  return topics.map((name) => {
    const own = path.join(OWN_TESTS, `test_${name}`)
    if (existsSync(own)) return own
    const base = TESTS_OF[name] ?? `test_${name.replace(/_$/, '')}`
    const known = [base, `${base}s`, `${base}.py`].find((entry) => present.includes(entry))
    if (known === undefined) throw new Error(`FastAPI has no tests of the topic ${name}`)
    return path.join(root, known)
  })
}
