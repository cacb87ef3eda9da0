import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../examples/async-demo/main.ts', import.meta.url))

const SECTIONS = [
  '1. Two styles, one future',
  '2. Several at once',
  '3. Many, a few at a time',
  '4. Failures, limits and retries',
  '5. Steps and pipelines',
  '6. Sharing, in turn',
  '7. Over a local TCP connection',
]

/** What comes of some steps, whatever the machine and the mode. */
const RESULTS: Readonly<Record<string, string>> = {
  'await: a user that has to be loaded': 'hello user 1',
  'then:  a user that has to be loaded': 'hello user 2',
  'whenAll: the same together': '[40,30,20,10]',
  'whenAny: the faster mirror; the other is told to stop': 'near by',
  'whenAnySucceed: the first that works': 'mirror 2',
  'whenAllSettled: what came of each': '["fulfilled","rejected"]',
  'mapAsync: 20 naps of 10 ms, 5 at a time': 'last 361, at most 5 at a time',
  'mapReduce: 1,000,000 ready items': '4500000',
  'maybeYield: counts primes, lets timers in': '17984 primes, and timers kept ticking',
  'retryAsync: works at the third attempt': 'attempt 3',
  'RetryBudget: an outage is not answered with a storm': 'stopped after 3 attempts',
  'Pipeline: one order through five stages': 'customer 7 owes 21',
  'executeMany: 40 orders, 8 at a time, as they are read':
    '40 invoices, the last: customer 40 owes 120',
  'PipelineError: says where': 'Stage "check" failed with "order 9 is empty"',
  'stats: what each stage has done': 'parse 42; check 42, 1 failed; enrich 41; store 41; print 41',
  'Semaphore: 9 users of 3 connections, 10 ms each': '3 free at the end, 0 in between',
  'BoundedQueue: one producer, two slower consumers': 'sum 465, never more than 4 queued',
  'Gate: a shutdown waits for what is in flight': '3 finished, a late one was refused',
  'Batch: what is asked for in one turn is one call': '100 asked for, 1 call for 25 keys',
  '200 pings over 10 connections': '200 answers, the last: ping 199',
}

/** `   label   12.3 ms   result` */
const STEP = /^ {3}(\S.*?) +\d+\.\d ms {3}(.+)$/gm

describe('the tour of fasterapi/future', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN], {
    encoding: 'utf8',
    timeout: 60_000,
    // A reader's program runs in normal mode, whatever mode the tests run in.
    env: { ...process.env, FASTERAPI_DEBUG: '0' },
  })
  const steps = new Map(
    Array.from(stdout.matchAll(STEP), ([, label = '', result = '']) => [label, result]),
  )

  it('ends well, and says nothing on stderr', () => {
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('visits its sections in order', () => {
    assert.deepEqual(stdout.match(/^\d+\. .*$/gm), SECTIONS)
  })

  it('prints a time and a result for every step', () => {
    const printed = stdout.split('\n').filter((line) => line.startsWith('   '))
    assert.equal(steps.size, printed.length)
    assert.match(stdout, new RegExp(`\n${printed.length} steps in \\d+\\.\\d\\d s\n$`))
  })

  for (const [label, result] of Object.entries(RESULTS)) {
    it(`shows ${label}`, () => assert.equal(steps.get(label), result))
  }
})
