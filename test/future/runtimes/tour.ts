import type * as futures from '../../../src/future/index.ts'

/**
 * A tour of futures that needs nothing but the language and what browsers have, for the runtimes
 * that have no test runner of ours.
 *
 * @param module - the futures, as that runtime has loaded them
 * @returns what it saw; {@link EXPECTED}, where futures work
 */
export async function tour(module: typeof futures): Promise<unknown[]> {
  const { Deferred, Future, onUnhandledFailure, sleep, timeoutAsync, whenAll, yieldNow } = module
  const seen: unknown[] = []
  const gate = new Deferred<number>()
  const chain = gate.future.then((value) => value + 1).finally(() => seen.push('cleanup'))
  gate.resolve(1)
  seen.push(await chain)
  seen.push(await whenAll([sleep(1).then(() => 'slept'), Promise.resolve('native'), 'plain']))
  await yieldNow()
  const late = timeoutAsync((signal) => sleep(60_000, { signal }), 1)
  seen.push(await late.catchType(module.TimeoutError, (error) => error.code))
  seen.push(await longChain(module))
  const unhandled = new Promise((resolve) => {
    onUnhandledFailure(({ reason }) => resolve(reason))
  })
  void Future.failed('nobody cares')
  seen.push(await unhandled)
  const data = module.serializeError(new module.LimitError('The queue', 2))
  seen.push((module.deserializeError(data) as futures.LimitError).code)
  return seen
}

/** What {@link tour} sees. */
export const EXPECTED: readonly unknown[] = [
  'cleanup',
  2,
  ['slept', 'native', 'plain'],
  'CORE_TIMEOUT',
  20_000,
  'nobody cares',
  'CORE_LIMIT',
]

function longChain({ Deferred }: typeof futures): PromiseLike<number> {
  const start = new Deferred<number>()
  let end = start.future
  for (let link = 0; link < 20_000; link++) end = end.then((value) => value + 1)
  start.resolve(0)
  return end
}
