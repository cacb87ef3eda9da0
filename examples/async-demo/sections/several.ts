import {
  reduceAsync,
  sleep,
  whenAll,
  whenAllSettled,
  whenAny,
  whenAnySucceed,
  whenSome,
} from '../../../src/future/index.ts'
import type { Section } from '../tour.ts'

/** Something slow that can be stopped. */
function fetchFrom(name: string, delayMs: number) {
  return (signal: AbortSignal) => sleep(delayMs, { signal }).then(() => name)
}

function broken(name: string) {
  return () => Promise.reject(new Error(`${name} is down`))
}

export const several: Section = {
  title: 'Several at once',
  async run(tour) {
    const delays = [40, 30, 20, 10]
    await tour.step('one after the other: 40 + 30 + 20 + 10 ms', () =>
      reduceAsync(delays, (sum, ms) => sleep(ms).then(() => sum + ms), 0),
    )
    await tour.step('whenAll: the same together', () =>
      whenAll(delays.map((ms) => sleep(ms).then(() => ms))),
    )
    await tour.step('whenAll: a record of a future, a promise and a value', () =>
      whenAll({ user: fetchFrom('Ada', 10), orders: Promise.resolve(3), isNew: false }),
    )
    await tour.step('whenAny: the faster mirror; the other is told to stop', () =>
      whenAny([fetchFrom('far away', 60_000), fetchFrom('near by', 10)]).then(({ value }) => value),
    )
    await tour.step('whenAnySucceed: the first that works', () =>
      whenAnySucceed([broken('mirror 1'), fetchFrom('mirror 2', 10)]),
    )
    await tour.step('whenSome: 2 of 3 replicas', () =>
      whenSome([fetchFrom('a', 25), fetchFrom('b', 5), fetchFrom('c', 15)], 2).then((successes) =>
        successes.map(({ value }) => value),
      ),
    )
    await tour.step('whenAllSettled: what came of each', () =>
      whenAllSettled([fetchFrom('a', 5), broken('b')]).then((all) =>
        all.map(({ status }) => status),
      ),
    )
  },
}
