import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, it } from 'node:test'
import {
  Deferred,
  Future,
  ManualClock,
  retryAsync,
  sleep,
  timeoutAsync,
  whenAll,
  whenAny,
  yieldNow,
} from '../../src/future/index.ts'

/** The name of the request whose code is running. */
const requests = new AsyncLocalStorage<string>()

interface Request {
  readonly clock: ManualClock
  /** Settled by somebody else, in a context of their own. */
  readonly gate: Future<number>
  /** Notes which request the callback it stands in runs for. */
  readonly note: () => void
}

/** Two requests at once, with timers and a resolver that belong to neither. */
async function storesSeenBy(handle: (request: Request) => Future<unknown>): Promise<string[]> {
  const clock = new ManualClock()
  const gate = new Deferred<number>()
  const seen: string[] = []
  const start = (name: string) =>
    requests.run(name, () =>
      handle({
        clock,
        gate: gate.future,
        note: () => seen.push(`${name} sees ${requests.getStore()}`),
      }).then(() => seen.push(`${name} ends as ${requests.getStore()}`)),
    )
  const all = Promise.all(['a', 'b'].map(start))
  requests.run('nobody', () => gate.resolve(1))
  const timers = setInterval(() => requests.run('nobody', () => clock.advance(1000)), 0)
  await all
  clearInterval(timers)
  return [...new Set(seen)].toSorted()
}

const RIGHT = ['a ends as a', 'a sees a', 'b ends as b', 'b sees b']

describe('async context in callbacks', () => {
  const cases: Readonly<Record<string, (request: Request) => Future<unknown>>> = {
    'of functions given to whenAll': ({ gate, note }) =>
      whenAll([() => gate.then(note), () => yieldNow().then(note), gate.tap(note)]),
    'of functions given to whenAny': ({ gate, note }) =>
      whenAny([() => gate.then(note), () => yieldNow().then(note)]),
    'after whenAll of a shared future': ({ gate, note }) => whenAll({ gate }).then(note),
    'after a sleep': ({ clock, note }) => sleep(5, { clock }).then(note),
    'of attempts of retryAsync, and of its other callbacks': ({ clock, gate, note }) =>
      retryAsync(
        ({ number }) => {
          note()
          return gate.then(() => {
            note()
            if (number < 3) throw new Error('again')
          })
        },
        { clock, onRetry: note, retryIf: () => (note(), true) },
      ),
    'of a function that runs out of time, and of its signal': ({ clock, note }) =>
      timeoutAsync(
        (signal) => {
          note()
          return sleep(60_000, { signal, clock: new ManualClock() })
        },
        5,
        { clock },
      ).catch(note),
    'of what follows a native promise': ({ gate, note }) =>
      Future.from(gate.toPromise())
        .then(note)
        .then(() => Promise.resolve())
        .then(note),
    'of links that wait for a future of somebody else': ({ gate, note }) =>
      Future.ready()
        .then(() => gate)
        .finally(note)
        .thenWrapped(note),
  }
  for (const [name, handle] of Object.entries(cases)) {
    it(`is that of the request ${name}`, async () => {
      assert.deepEqual(await storesSeenBy(handle), RIGHT)
    })
  }

  it('is that of the caller of await', async () => {
    const seen = await storesSeenBy(({ gate, note }) =>
      Future.from(
        (async () => {
          await gate
          note()
          await yieldNow()
          note()
        })(),
      ),
    )
    assert.deepEqual(seen, RIGHT)
  })
})
