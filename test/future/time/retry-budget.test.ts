import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  Future,
  ManualClock,
  OptionError,
  RetriesExhaustedError,
  RetryBudget,
  RetryBudgetError,
  retryAsync,
} from '../../../src/future/index.ts'
import { failureOf } from '../support.ts'

const boom = new Error('boom')
const failing = () => Future.failed(boom)

describe('RetryBudget', () => {
  it('starts full, is emptied by retries, and filled by successes', () => {
    const budget = new RetryBudget({ ratio: 0.1, capacity: 2 })
    assert.deepEqual(
      [budget.tryWithdraw(), budget.tryWithdraw(), budget.tryWithdraw()],
      [true, true, false],
    )
    for (let success = 1; success <= 10; success++) {
      assert.equal(budget.available, 0)
      budget.deposit()
    }
    assert.equal(budget.available, 1)
    for (let success = 0; success < 100; success++) budget.deposit()
    assert.equal(budget.available, 2)
  })

  it('earns retries with time when it is told to', () => {
    const clock = new ManualClock()
    const budget = new RetryBudget({ capacity: 1, minPerSecond: 2, clock })
    assert.equal(budget.tryWithdraw(), true)
    clock.advance(499)
    assert.equal(budget.tryWithdraw(), false)
    clock.advance(1)
    assert.equal(budget.tryWithdraw(), true)
    clock.advance(3_600_000)
    assert.equal(budget.available, 1)
  })

  it('bounds the retries of all calls that share it', async () => {
    const budget = new RetryBudget({ capacity: 3 })
    let attempts = 0
    const call = () =>
      retryAsync(
        () => {
          attempts++
          return failing()
        },
        { attempts: 3, baseMs: 0, budget },
      )
    const failures = [await failureOf(call()), await failureOf(call()), await failureOf(call())]
    assert.equal(attempts, 3 + 3)
    assert.ok(failures[0] instanceof RetriesExhaustedError)
    assert.ok(failures[1] instanceof RetryBudgetError && failures[1].attempts === 2)
    assert.ok(failures[2] instanceof RetryBudgetError && failures[2].cause === boom)
  })

  it('is filled by successes of retryAsync, at once or later', async () => {
    const budget = new RetryBudget({ ratio: 1, capacity: 2 })
    budget.tryWithdraw()
    budget.tryWithdraw()
    await retryAsync(() => 1, { budget })
    await retryAsync(() => Promise.resolve(1), { budget })
    assert.equal(budget.available, 2)
  })

  it('refuses options out of range', () => {
    const wrong: object[] = [
      { ratio: -1 },
      { ratio: Number.NaN },
      { capacity: 0 },
      { capacity: Number.POSITIVE_INFINITY },
      { minPerSecond: -1 },
      { minPerSecond: '1' },
      { size: 1 },
    ]
    for (const options of wrong) assert.throws(() => new RetryBudget(options), OptionError)
  })
})
