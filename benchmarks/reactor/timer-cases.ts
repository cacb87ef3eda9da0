import { type ClockTimer, sleep, systemClock } from '../../src/future/index.ts'
import { App } from '../../src/index.ts'
import { HighResolutionClock } from '../../src/reactor/index.ts'
import { openKeepAlive } from './keep-alive.ts'

/** Measures `count` operations. @returns the figure of one: nanoseconds or microseconds */
export type TimerCase = (count: number) => Promise<number>

/** As long as the timeouts of requests are: nearly all of them are cancelled. */
const DELAY_MS = 30_000
const PER_TURN = 1_000
const MILLION = 1_000_000

interface Timers<T> {
  readonly set: () => T
  readonly clear: (timer: T) => void
}

const callback = (): void => {}

const OURS: Timers<ClockTimer> = {
  set: () => systemClock.setTimer(DELAY_MS, callback),
  clear: (timer) => timer.cancel(),
}

const NODES: Timers<NodeJS.Timeout> = {
  set: () => setTimeout(callback, DELAY_MS),
  clear: (timer) => clearTimeout(timer),
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function cpuNs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1_000
}

function atOnce<T>({ set, clear }: Timers<T>): TimerCase {
  return async (count) => {
    const startNs = cpuNs()
    for (let i = 0; i < count; i++) {
      clear(set())
      if (i % PER_TURN === 0) await nextTurn()
    }
    return (cpuNs() - startNs) / count
  }
}

/** A thousand are set, the event loop turns, and the thousand are cleared. */
function nextTurnCleared<T>({ set, clear }: Timers<T>): TimerCase {
  return async (count) => {
    const timers: T[] = []
    const startNs = cpuNs()
    for (let done = 0; done < count; done += PER_TURN) {
      for (let i = 0; i < PER_TURN; i++) timers[i] = set()
      await nextTurn()
      for (const timer of timers) clear(timer)
    }
    return (cpuNs() - startNs) / count
  }
}

/** The turns themselves, which cost many times as much, are measured in between and taken off. */
function onePerTurn<T>({ set, clear }: Timers<T>): TimerCase {
  return async (count) => {
    let totalNs = 0
    for (let round = 0; round < 10; round++) {
      const emptyNs = cpuNs()
      for (let i = 0; i < count / 10; i++) await nextTurn()
      const startNs = cpuNs()
      for (let i = 0; i < count / 10; i++) {
        const timer = set()
        await nextTurn()
        clear(timer)
      }
      totalNs += cpuNs() - startNs - (startNs - emptyNs)
    }
    return totalNs / count
  }
}

/** A request over a connection of this process, whose handler sets and clears a timeout. */
function requests(pending: number): TimerCase {
  let port = 0
  return async (count) => {
    if (count === 0) {
      for (let i = 0; i < pending; i++) systemClock.setTimer(DELAY_MS * 100 + i, callback)
      const app = new App({ title: 'Benchmark', version: '1.0.0' })
      app.get('/', async () => {
        const timer = systemClock.setTimer(DELAY_MS, callback)
        await nextTurn()
        timer.cancel()
        return { message: 'Hello, World!' }
      })
      port = (await app.listen({ port: 0, host: '127.0.0.1' })).port
      return 0
    }
    const connection = await openKeepAlive(port)
    const startNs = cpuNs()
    for (let i = 0; i < count; i++) await connection.request()
    const spentNs = cpuNs() - startNs
    connection.close()
    return spentNs / count / 1_000
  }
}

/** The median error, in microseconds; one that is early is no error but a failure. */
function errorOf(clock: HighResolutionClock): TimerCase {
  return async (count) => {
    const errorsUs: number[] = []
    for (let i = 0; i < count; i++) {
      const delayMs = 0.1 + ((i * 7) % 10) / 10
      const startMs = performance.now()
      await sleep(delayMs, { clock })
      const errorMs = performance.now() - startMs - delayMs
      if (errorMs < 0) throw new Error(`A sleep of ${delayMs} ms ended ${-errorMs} ms early`)
      errorsUs.push(errorMs * 1_000)
    }
    return errorsUs.toSorted((a, b) => a - b)[count >> 1] ?? 0
  }
}

async function nodeError(count: number): Promise<number> {
  const errorsUs: number[] = []
  for (let i = 0; i < count; i++) {
    const delayMs = 0.1 + ((i * 7) % 10) / 10
    const startMs = performance.now()
    await new Promise((resolve) => {
      setTimeout(resolve, delayMs)
    })
    errorsUs.push((performance.now() - startMs - delayMs) * 1_000)
  }
  return errorsUs.toSorted((a, b) => a - b)[count >> 1] ?? 0
}

/** A hundred thousand short timers, many at a time. @returns how many of them were early */
async function earlyOf(clock: HighResolutionClock, count: number): Promise<number> {
  let early = 0
  for (let done = 0; done < count; done += 100) {
    const sleeps = Array.from({ length: 100 }, (_, i) => {
      const delayMs = 0.1 + (((done + i) * 37) % 901) / 1_000
      const startMs = performance.now()
      return sleep(delayMs, { clock }).then(() => {
        if (performance.now() - startMs < delayMs) early++
      })
    })
    for (const one of sleeps) await one
  }
  return early
}

const sleeping = new HighResolutionClock()
const spinning = new HighResolutionClock({ spinMs: 0.1 })

export const TIMER_CASES: Readonly<Record<string, Readonly<Record<string, TimerCase>>>> = {
  fasterapi: {
    'set and clear': atOnce(OURS),
    'set and clear in the next turn': nextTurnCleared(OURS),
    'set and clear, one a turn': onePerTurn(OURS),
    'request, no timers pending': requests(0),
    'request, a million timers pending': requests(MILLION),
    'sleep of 0.1 to 1 ms': errorOf(sleeping),
    'sleep of 0.1 to 1 ms, spinning': errorOf(spinning),
    'early of 100,000': (count) => earlyOf(sleeping, count),
  },
  setTimeout: {
    'set and clear': atOnce(NODES),
    'set and clear in the next turn': nextTurnCleared(NODES),
    'set and clear, one a turn': onePerTurn(NODES),
    'sleep of 0.1 to 1 ms': nodeError,
  },
}
