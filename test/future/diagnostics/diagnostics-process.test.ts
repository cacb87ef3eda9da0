import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { debug } from '../../../src/core/debug.ts'
import { dumpFutures, formatFuturesDump, OptionError } from '../../../src/future/index.ts'

const index = new URL('../../../src/future/index.ts', import.meta.url).href

/** What a program prints as JSON in debug mode. */
function inDebugMode(body: string, ...flags: string[]): unknown {
  const program = `
    import { Deferred, Future, dumpFutures, formatFuturesDump, sleep, TimeoutError, whenAll }
      from ${JSON.stringify(index)}
    const print = (value) => console.log(JSON.stringify(value))
    ${body}`
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...flags, '--input-type=module', '-e', program],
    { encoding: 'utf8', env: { ...process.env, FASTERAPI_DEBUG: '1' } },
  )
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

describe('dumpFutures', () => {
  it('counts pending futures by the place that created them, oldest first', () => {
    const dump = inDebugMode(`
      const kept = []
      function open() { kept.push(new Deferred()) }
      function link() { kept.push(kept[0].future.then(() => {})) }
      open()
      await new Promise((resolve) => setTimeout(resolve, 20))
      for (let i = 0; i < 3; i++) link()
      const settled = new Deferred()
      settled.resolve()
      const { pending, oldestMs, sites } = dumpFutures()
      print({ pending, isOld: oldestMs >= 19, sites: sites.map((site) =>
        [site.count, site.createdBy, /at (\\w+)/.exec(site.createdAt)[1]]) })`)
    assert.deepEqual(dump, {
      pending: 4,
      isOld: true,
      sites: [
        [1, 'new Deferred', 'open'],
        [3, 'Future.then', 'link'],
      ],
    })
  })

  it('names the function of this package that its caller called', () => {
    const names = inDebugMode(`
      const gate = new Deferred()
      const kept = [sleep(10), whenAll([gate.future]), gate.future.finally(() => {})]
      print(dumpFutures().sites.map(({ createdBy }) => createdBy))
      gate.resolve()`) as string[]
    assert.deepEqual(names.toSorted(), ['Future.finally', 'new Deferred', 'sleep', 'whenAll'])
  })

  it('forgets what was collected, and does not keep it from being collected', () => {
    const counts = inDebugMode(
      `
      const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
      function lose() { for (let i = 0; i < 5000; i++) new Deferred().future.then(() => {}) }
      lose()
      const before = dumpFutures().pending
      for (let i = 0; i < 5; i++) { await turn(); gc() }
      print([before, dumpFutures().pending])`,
      '--expose-gc',
    )
    assert.deepEqual(counts, [10_000, 0])
  })

  it('is empty when nothing is pending', () => {
    assert.deepEqual(inDebugMode('print(dumpFutures())'), { pending: 0, oldestMs: 0, sites: [] })
  })

  it('says how to turn it on outside of debug mode', {
    skip: debug.enabled ? 'the subject is normal mode' : false,
  }, () => {
    assert.throws(() => dumpFutures(), OptionError)
    assert.throws(() => dumpFutures(), /FASTERAPI_DEBUG must be 1/)
  })
})

describe('formatFuturesDump', () => {
  const dump = {
    pending: 3,
    oldestMs: 1500.4,
    sites: [
      { count: 1, oldestMs: 1500.4, createdBy: 'new Deferred', createdAt: '    at a\n    at b' },
      { count: 2, oldestMs: 3, createdBy: 'sleep', createdAt: '    at c' },
    ],
  }

  it('is a line for all, and two for each place', () => {
    assert.equal(
      formatFuturesDump(dump),
      [
        '3 pending, the oldest for 1500 ms',
        '1 x new Deferred, the oldest for 1500 ms',
        '    at a',
        '2 x sleep, the oldest for 3 ms',
        '    at c',
      ].join('\n'),
    )
  })

  it('shows as many frames as it is asked for', () => {
    assert.match(formatFuturesDump(dump, 2), /at a\n {4}at b\n2 x/)
    assert.doesNotMatch(formatFuturesDump(dump, 0), /at a/)
  })
})

describe('stack of an error that comes out of a chain, in debug mode', () => {
  it('names each link it came through, innermost first', () => {
    const links = inDebugMode(`
      const gate = new Deferred()
      function parse() { return gate.future.then(() => JSON.parse('{')) }
      function load() { return parse().finally(() => {}) }
      function main() { return load().then(() => {}) }
      const end = main().catch((error) => print(
        error.stack.split('\\n').filter((line) => line.includes(' from '))
          .map((line) => line.replace(/ \\(.*/, ''))))
      gate.resolve()
      await end`)
    assert.deepEqual(links, [
      '    from Future.then() at parse',
      '    from Future.finally() at load',
      '    from Future.then() at main',
    ])
  })

  it('ends after ten links', () => {
    const links = inDebugMode(`
      const gate = new Deferred()
      let end = gate.future
      const stepOnLine = (line) => new Function('f', '\\n'.repeat(line) + 'return f.then(() => {})')
      for (let line = 0; line < 30; line++) end = stepOnLine(line)(end)
      gate.reject(new Error('x'))
      await end.catch((error) => print(error.stack.match(/ from /g).length))`)
    assert.equal(links, 10)
  })

  it('names a place once that a loop passes again and again', () => {
    const links = inDebugMode(`
      let left = 20
      const again = () => sleep(0).then(() => { if (--left === 0) throw new Error('x'); return again() })
      await again().catch((error) => print(error.stack.match(/ from /g).length))`)
    assert.equal(links, 1)
  })

  it('leaves frozen errors and other values as they are', () => {
    const seen = inDebugMode(`
      const frozen = Object.freeze(new Error('frozen'))
      const before = frozen.stack
      const through = async (reason) => {
        const gate = new Deferred()
        const end = gate.future.then(() => {}).catch((caught) => caught)
        gate.reject(reason)
        return await end
      }
      const values = [undefined, null, 'text', 7]
      const same = []
      for (const value of values) same.push(Object.is(await through(value), value))
      print([(await through(frozen)).stack === before, same])`)
    assert.deepEqual(seen, [true, [true, true, true, true]])
  })

  it('names links even of errors that capture no stack', () => {
    const stack = inDebugMode(`
      function query() { return Future.try(() => sleep(1).then(() => { throw new TimeoutError(1) })) }
      await query().catch((error) => print(error.stack))`)
    assert.match(String(stack), /from Future.then\(\) at/)
  })

  it('is left alone in normal mode', { skip: debug.enabled }, async () => {
    const { Future } = await import('../../../src/future/index.ts')
    const error = new Error('x')
    const { stack } = error
    await Future.failed(error)
      .then(() => {})
      .catch(() => {})
    assert.equal(error.stack, stack)
  })
})
