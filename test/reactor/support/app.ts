/** What the reactors of the tests run. */
import { App } from '../../../src/app/index.ts'
import { Deferred, sleep } from '../../../src/future/index.ts'
import { Collector, Reactor, remote, submitTo } from '../../../src/reactor/index.ts'

const { coreId, count, generation } = Reactor.current
const whoIs = remote('whoIs', (caller: number) => ({ caller, callee: Reactor.coreId }))
const ids = new Collector('ids', () => ({ coreId, generation }))
const silent = new Collector('silent', () => new Deferred<void>().future)
const failing = new Collector('failing', () => {
  if (coreId === 1) throw new Error('not on core 1')
  return 'well'
})
const unclonable = new Collector('unclonable', () => () => 'a function')

/** Ways to die, or to be stuck. */
const HARM: Readonly<Record<string, () => void>> = {
  throw: () => {
    throw new TypeError('thrown on purpose')
  },
  reject: () => void Promise.reject(new RangeError('rejected on purpose')),
  exit: () => process.exit(7),
  memory: () => {
    const hoard: unknown[] = []
    for (;;) hoard.push(new Array(10_000).fill(hoard.length))
  },
  spin: () => {
    for (;;) Math.sqrt(2)
  },
}

function blockTheReactor(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
}

const app = new App({ title: 'Reactors', version: '1.0.0' })
app.get('/who', () => ({ coreId, count, generation, isMain: Reactor.isMain }))
app.get('/slow', () => sleep(300).then(() => ({ coreId, generation })))
app.get('/ids', () => ids.gather())
app.get('/silent', () => silent.gather({ timeoutMs: 50 }))
app.get('/failing', () => failing.gather())
app.get('/unclonable', () => unclonable.gather())
app.get('/server', () => app.server?.reactors.map(({ reactor }) => reactor))
app.get('/on/{core:int}/{harm}', ({ core, harm }) => {
  if (core !== coreId) return false
  setImmediate(() => HARM[harm]?.())
  return true
})
app.get('/stall/{core:int}/{ms:int}', ({ core, ms }) => {
  if (core === coreId) blockTheReactor(ms)
  return core === coreId
})
app.get('/stats', () => Reactor.stats())
app.get('/call/{core:int}', async ({ core }) => submitTo(core, whoIs, coreId))
app.get('/reload', () => app.server?.reload().then(() => 'asked'))
app.get('/close', () => {
  app.server?.close().ignore()
  return 'asked'
})

if (process.env['TEST_REACTOR_FAILS'] === String(coreId)) throw new Error('no start on purpose')
await app.listen()
