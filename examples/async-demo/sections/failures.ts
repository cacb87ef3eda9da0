import {
  type CleanupError,
  Future,
  RetryBudget,
  RetryBudgetError,
  retryAsync,
  sleep,
  TimeoutError,
  timeoutAsync,
} from '../../../src/future/index.ts'
import type { Section } from '../tour.ts'

const down = (): Promise<never> => Promise.reject(new Error('service down'))

async function fallBack(): Promise<string> {
  try {
    await timeoutAsync((signal) => sleep(60_000, { signal }), 20, { what: 'The report' })
    return 'in time'
  } catch (error) {
    return error instanceof TimeoutError ? error.message : 'something else'
  }
}

export const failures: Section = {
  title: 'Failures, limits and retries',
  async run(tour) {
    await tour.step('await: try and catch around a time limit of 20 ms', fallBack)
    await tour.step('then:  catchType for the same', () =>
      timeoutAsync((signal) => sleep(60_000, { signal }), 20)
        .then(() => 'in time')
        .catchType(TimeoutError, ({ timeoutMs }) => `gave up after ${timeoutMs} ms`),
    )
    await tour.step('finally: a cleanup that fails, too, hides nothing', () =>
      Future.failed(new Error('work'))
        .finally(() => Promise.reject(new Error('cleanup')))
        .catch((reason) => (reason as CleanupError).message),
    )
    await tour.step('retryAsync: works at the third attempt', () =>
      retryAsync(({ number }) => (number < 3 ? down() : `attempt ${number}`), {
        attempts: 5,
        baseMs: 10,
      }),
    )
    const budget = new RetryBudget({ capacity: 2 })
    await tour.step('RetryBudget: an outage is not answered with a storm', () =>
      retryAsync(down, { attempts: 100, baseMs: 1, budget }).catchType(
        RetryBudgetError,
        ({ attempts }) => `stopped after ${attempts} attempts`,
      ),
    )
    await tour.step('AbortSignal: the caller changes its mind', () => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(new Error('not needed any more')), 10)
      return sleep(60_000, { signal: controller.signal })
        .then(() => 'slept')
        .catch((reason) => (reason as Error).message)
    })
  },
}
