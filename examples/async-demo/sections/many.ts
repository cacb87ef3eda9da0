import {
  filterAsync,
  mapAsync,
  mapReduce,
  maybeYield,
  repeatUntilValue,
  sleep,
} from '../../../src/future/index.ts'
import type { Section } from '../tour.ts'

/** Notes how many are at work at the same time. */
class Crowd {
  most = 0
  #now = 0

  enter(): void {
    this.most = Math.max(this.most, ++this.#now)
  }

  leave(): void {
    this.#now--
  }
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return n > 1
}

/** A long computation that lets others in. */
async function countPrimes(below: number): Promise<number> {
  let primes = 0
  for (let n = 2; n < below; n++) {
    if (isPrime(n)) primes++
    const turn = maybeYield()
    if (!turn.isReady) await turn
  }
  return primes
}

async function countWhileTicking(): Promise<string> {
  let ticks = 0
  const ticker = setInterval(() => ticks++, 1)
  const primes = await countPrimes(200_000)
  clearInterval(ticker)
  return `${primes} primes, and timers ${ticks > 0 ? 'kept ticking' : 'stood still'}`
}

export const many: Section = {
  title: 'Many, a few at a time',
  async run(tour) {
    const items = Array.from({ length: 20 }, (_, index) => index)
    const crowd = new Crowd()
    await tour.step('mapAsync: 20 naps of 10 ms, 5 at a time', () =>
      mapAsync(
        items,
        (item) => {
          crowd.enter()
          return sleep(10).then(() => {
            crowd.leave()
            return item * item
          })
        },
        { concurrency: 5 },
      ).then((squares) => `last ${squares.at(-1)}, at most ${crowd.most} at a time`),
    )
    await tour.step('filterAsync: asks for each whether to keep it', () =>
      filterAsync(items, (item) => sleep(1).then(() => item % 7 === 0)),
    )
    await tour.step('mapReduce: 1,000,000 ready items', () =>
      mapReduce(
        numbers(1_000_000),
        (n) => n % 10,
        0,
        (sum, digit) => sum + digit,
        { concurrency: 100 },
      ),
    )
    let polls = 0
    await tour.step('repeatUntilValue: polls until there is an answer', () =>
      repeatUntilValue(() =>
        sleep(3).then(() => (++polls < 4 ? undefined : `answered poll ${polls}`)),
      ),
    )
    await tour.step('maybeYield: counts primes, lets timers in', countWhileTicking)
  },
}

function* numbers(below: number): Generator<number> {
  for (let n = 0; n < below; n++) yield n
}
