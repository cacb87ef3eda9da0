import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { App, type AppServer } from '../../src/app/index.ts'
import type { ReactorExit, Reading } from '../../src/reactor/index.ts'
import { detectFeatures } from '../../src/reactor/supervision/features.ts'
import {
  APP,
  ask,
  askCore,
  generations,
  isServing,
  startReactors,
  until,
} from './support/reactors.ts'

interface Who {
  readonly coreId: number
  readonly count: number
  readonly generation: number
  readonly isMain: boolean
}

const features = await detectFeatures()

describe('listen with reactors', () => {
  let server: AppServer
  let exits: ReactorExit[]

  before(async () => {
    ;({ server, exits } = await startReactors())
  })
  after(() => server.close())

  it('serves one port with all reactors, none of them on the main thread', async () => {
    assert.notEqual(server.port, 0)
    const seen = new Set<number>()
    for (let attempt = 0; attempt < 200 && seen.size < 2; attempt++) {
      const who = await ask<Who>(server, '/who')
      assert.equal(who.count, 2)
      assert.equal(who.isMain, false)
      seen.add(who.coreId)
    }
    assert.deepEqual([...seen].toSorted(), [0, 1])
  })

  it('counts for all reactors together, and for each', async () => {
    const before = server.stats().requests.total
    for (let count = 0; count < 10; count++) await ask(server, '/who')
    assert.equal(server.stats().requests.total, before + 10)
    const each = server.reactors.map(({ http }) => http?.requests.total ?? 0)
    assert.equal(each[0]! + each[1]!, before + 10)
  })

  it('keeps what dead reactors have counted', async () => {
    const before = server.stats().requests.total
    await askCore(server, 0, '/throw')
    await until(() => generations(server)[0]! > 0 && isServing(server))
    assert.ok(server.stats().requests.total > before)
    assert.equal(server.stats().requests.inFlight, 0)
    assert.equal(exits.pop()?.reactor, 0)
  })

  it('lets any reactor ask all of them', async () => {
    const readings = await ask<Reading<Who>[]>(server, '/ids')
    assert.deepEqual(
      readings.map((reading) => ('value' in reading ? reading.value.coreId : reading.failure)),
      [0, 1],
    )
  })

  it('lets reactors call each other, also those that were started again', async () => {
    for (let request = 0; request < 20; request++) {
      const core = request % 2
      const { caller, callee } = await ask<{ caller: number; callee: number }>(
        server,
        `/call/${core}`,
      )
      assert.equal(callee, core)
      assert.ok(caller === 0 || caller === 1)
    }
  })

  it('waits for silent collectors no longer than asked, and says which failed', async () => {
    const silent = 'it did not answer within 50 ms'
    assert.deepEqual(await ask(server, '/silent'), [
      { reactor: 0, failure: silent },
      { reactor: 1, failure: silent },
    ])
    assert.deepEqual(await ask(server, '/failing'), [
      { reactor: 0, value: 'well' },
      { reactor: 1, failure: 'not on core 1' },
    ])
    const [first] = await ask<{ failure: string }[]>(server, '/unclonable')
    assert.match(first?.failure ?? '', /could not be cloned/)
  })

  it('tells a reactor of itself alone', async () => {
    const [reactor] = await ask<number[]>(server, '/server')
    assert.ok(reactor === 0 || reactor === 1)
  })

  for (const [harm, message] of [
    ['throw', 'an error was not caught: thrown on purpose'],
    ['reject', 'an error was not caught: rejected on purpose'],
    ['exit', 'its thread ended with code 7'],
  ] as const) {
    it(`starts a reactor again after ${harm}, and tells why it died`, async () => {
      const [, before] = generations(server)
      await askCore(server, 1, `/${harm}`)
      await until(() => generations(server)[1]! > before! && isServing(server))
      const exit = exits.pop()
      assert.equal(exit?.reactor, 1)
      assert.equal(exit.reason.message, message)
      assert.deepEqual(exits, [])
    })
  }

  it('reloads when the code of a reactor asks for it', async () => {
    const before = generations(server)
    assert.equal(await ask(server, '/reload'), 'asked')
    await until(() => generations(server).every((each, core) => each > before[core]!))
    await until(() => isServing(server))
    await ask(server, '/who')
  })
})

describe('a reactor', () => {
  it('that runs out of memory dies alone', async () => {
    const { server, exits } = await startReactors({ supervision: { maxHeapMb: 32 } })
    await askCore(server, 1, '/memory')
    await until(() => exits.length > 0 && isServing(server))
    assert.match(exits[0]?.reason.message ?? '', /^it ran out of memory/)
    assert.equal((await ask<Who>(server, '/who')).count, 2)
    await server.close()
  })

  it('that is stuck does not hold up a close beyond its deadline', async () => {
    const { server } = await startReactors()
    await askCore(server, 0, '/spin')
    const startMs = performance.now()
    await server.close({ timeoutMs: 50 }).catch(() => {})
    assert.ok(performance.now() - startMs < 10_000)
    assert.equal(server.reactors.length, 2)
  })

  it('that dies too often ends them all, with a failure that says so', async () => {
    const { server, exits } = await startReactors({ supervision: { maxCrashes: 2 } })
    const failed = assert.rejects(server.closed.toPromise(), {
      code: 'REACTOR_CRASH_LOOP',
      reactor: 0,
      message: /^Reactor 0 died 3 times within 60 s: its thread ended with code 7$/,
    })
    for (let crash = 0; crash < 3; crash++) {
      await until(() => isServing(server))
      await askCore(server, 0, '/exit')
      await until(() => exits.length > crash)
    }
    await failed
    assert.deepEqual(
      exits.map(({ restartsInMs }) => restartsInMs === undefined),
      [false, false, true],
    )
    await server.close()
    await assert.rejects(fetch(server.url))
  })

  it('that never gets ready fails the start, and no other is left behind', async () => {
    process.env['TEST_REACTOR_FAILS'] = '1'
    try {
      await assert.rejects(startReactors(), {
        code: 'REACTOR_START',
        reactor: 1,
        message: 'Reactor 1 did not start: an error was not caught: no start on purpose',
      })
    } finally {
      delete process.env['TEST_REACTOR_FAILS']
    }
  })

  it('whose code does not start any more fails the reload, and the old one goes on', async () => {
    const { server } = await startReactors()
    process.env['TEST_REACTOR_FAILS'] = '1'
    try {
      await assert.rejects(server.reload().toPromise(), { code: 'REACTOR_START', reactor: 1 })
    } finally {
      delete process.env['TEST_REACTOR_FAILS']
    }
    assert.ok(isServing(server))
    await server.reload()
    await ask(server, '/who')
    await server.close()
  })

  it('may close all of them', async () => {
    const { server } = await startReactors()
    assert.equal(await ask(server, '/close'), 'asked')
    await server.closed
    await assert.rejects(fetch(server.url))
  })
})

describe('listen with reactors, further', () => {
  it('finishes requests in flight in a close', async () => {
    const { server } = await startReactors()
    const slow = ask<Who>(server, '/slow')
    await until(() => server.stats().requests.inFlight === 1)
    await server.close()
    assert.equal(typeof (await slow).coreId, 'number')
  })

  it('counts for processes, too', async () => {
    const { server } = await startReactors({ distribution: 'cluster' })
    for (let count = 0; count < 5; count++) await ask(server, '/who')
    await until(() => server.stats().requests.total === 5)
    await server.reload()
    assert.equal(server.stats().requests.total, 5)
    await server.close()
  })

  it('spreads connections evenly by transfer', { skip: !features.movesHandles }, async () => {
    const { server } = await startReactors({ distribution: 'transfer' })
    for (let count = 0; count < 10; count++) await fetch(`${server.url}/who`)
    await Promise.all(Array.from({ length: 10 }, () => ask(server, '/slow')))
    const totals = server.reactors.map(({ http }) => http?.connections.total ?? 0)
    assert.ok(Math.abs(totals[0]! - totals[1]!) <= 3, totals.join())
    await server.close()
  })

  it('refuses a port that another program has, be it with reusePort', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => {
      blocker.listen({ port: 0, host: '127.0.0.1', reusePort: features.reusePort }, resolve)
    })
    const { port } = blocker.address() as { port: number }
    await assert.rejects(startReactors({ port }), { code: 'HTTP_LISTEN' })
    blocker.close()
  })

  it('refuses options that make no sense', () => {
    const listen = (options: object) => () => new App().listen(options)
    for (const options of [
      { reactors: 0 },
      { reactors: 1.5 },
      { reactors: 'all' },
      { reactors: 2, module: './app.ts' },
      { reactors: 2, module: APP, distribution: 'random' },
      { reactors: 2, module: APP, distribution: 'transfer', path: '/tmp/x' },
      { reactors: 2, module: APP, supervision: { maxCrash: 1 } },
      { reactors: 2, module: APP, supervision: { backoffMs: -1 } },
      { reactors: 2, module: APP, supervision: { onExit: 'log' } },
    ]) {
      assert.throws(listen(options), { code: 'CORE_OPTION' }, JSON.stringify(options))
    }
  })

  it('cannot reload without reactors', async () => {
    const server = await new App().listen({ port: 0 })
    await assert.rejects(server.reload().toPromise(), { code: 'REACTOR_STATE' })
    assert.deepEqual(
      server.reactors.map(({ reactor, isServing }) => [reactor, isServing]),
      [[0, true]],
    )
    await server.close()
    await server.closed
  })
})
