/**
 * Runs the Promises/A+ compliance suite against `Future` and prints a {@link SuiteReport} as JSON.
 *
 * A program of its own: the suite wants globals, and leaves failures behind that nobody consumes.
 */
import { createRequire } from 'node:module'
import { Deferred, Future, onUnhandledFailure } from '../../../src/future/index.ts'

/** What became of each test; a name is the titles of its groups and its own, joined. */
export interface SuiteReport {
  readonly passed: readonly string[]
  readonly failed: readonly string[]
}

interface SuiteTest {
  fullTitle(): string
}

interface SuiteRunner {
  on(event: 'pass' | 'fail', listener: (test: SuiteTest) => void): void
}

type RunSuite = (
  adapter: object,
  options: { readonly reporter: typeof Collector; readonly timeout: number },
  done: () => void,
) => void

const require = createRequire(import.meta.url)
const runSuite = require('promises-aplus-tests') as RunSuite

const adapter = {
  resolved: (value: unknown) => Future.from(value),
  rejected: (reason: unknown) => Future.failed(reason),
  deferred() {
    const deferred = new Deferred<unknown>()
    return {
      promise: deferred.future,
      resolve: (value: unknown) => deferred.resolve(value),
      reject: (reason: unknown) => deferred.reject(reason),
    }
  },
}

const passed: string[] = []
const failed: string[] = []

/** The suite's reporter, which it calls with `new`. */
function Collector(runner: SuiteRunner): void {
  runner.on('pass', (test) => passed.push(test.fullTitle()))
  runner.on('fail', (test) => failed.push(test.fullTitle()))
}

onUnhandledFailure(() => {})
// The timeout is far more than a test needs: a loaded machine must not fail one.
runSuite(adapter, { reporter: Collector, timeout: 1000 }, () =>
  console.log(JSON.stringify({ passed, failed } satisfies SuiteReport)),
)
