import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { LimitError, OptionError, onUnhandledFailure } from '../../src/future/index.ts'
import {
  createMeshMemory,
  joinMesh,
  Mesh,
  type MeshOptions,
  ReactorGoneError,
  remote,
  sendTo,
  submitTo,
  UnknownRemoteError,
} from '../../src/reactor/index.ts'
import { hashOf } from '../../src/reactor/mesh/remote-registry.ts'
import { leaveGracefully, MeshWorkers } from '../support/mesh-workers.ts'
import { functions } from './fixtures/remotes.ts'

const MODULE = new URL('./fixtures/remotes.ts', import.meta.url)

describe('joinMesh', () => {
  let workers: MeshWorkers | undefined

  async function start(count: number, mesh: MeshOptions = {}): Promise<MeshWorkers> {
    workers = await MeshWorkers.start({ count, module: MODULE, mesh })
    return workers
  }
  afterEach(async () => {
    await workers?.stop()
    workers = undefined
  })

  it('lets calls wait for a core that is still starting', async () => {
    const starting = MeshWorkers.start({ count: 1, module: MODULE })
    const call = submitTo(0, functions.add, 1, 2)
    const sent = sendTo(0, functions.note, 'early')
    assert.ok(call.isPending)
    assert.ok(sent.isPending)
    workers = await starting
    assert.equal(await call, 3)
    await sent
    assert.deepEqual(await submitTo(0, functions.noted), ['early'])
  })

  it('fails calls that wait for a core when the caller leaves', async () => {
    const mesh = joinMesh(createMeshMemory(1), 1)
    const call = submitTo(0, functions.whereAmI)
    mesh.leave()
    await assert.rejects(call.toPromise(), ReactorGoneError)
    await assert.rejects(submitTo(0, functions.whereAmI).toPromise(), ReactorGoneError)
  })

  it('holds calls of functions that a core does not know yet, while it loads its modules', async () => {
    const memory = createMeshMemory(1)
    const mesh = joinMesh(memory, 1)
    const other = new Mesh(memory, 0, { isLoading: true })
    const name = 'test/loaded-later'
    const early = mesh.call(0, hashOf(name), [20])
    const unknown = mesh.call(0, hashOf('test/never-loaded'), [])
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.ok(early.isPending)
    remote(name, (value: number) => value + 1)
    assert.equal(await early, 21)
    assert.ok(unknown.isPending)
    other.loaded()
    await assert.rejects(unknown.toPromise(), UnknownRemoteError)
    mesh.leave()
    other.leave()
  })

  it('fails calls to a reactor that ends, and those that come before its successor', async () => {
    const { mesh } = await start(2)
    const calls = [submitTo(1, functions.never), submitTo(1, functions.never)]
    const others = submitTo(0, functions.later, 30, 'alive')
    await workers?.kill(1)
    for (const call of calls) {
      await assert.rejects(call.toPromise(), (error) => {
        assert.ok(error instanceof ReactorGoneError)
        assert.equal(error.core, 1)
        return true
      })
    }
    await assert.rejects(submitTo(1, functions.whereAmI).toPromise(), ReactorGoneError)
    await assert.rejects(sendTo(1, functions.note, 1).toPromise(), ReactorGoneError)
    assert.equal(await others, 'alive')
    assert.equal(mesh.stats().inFlight, 0)
  })

  it('tells the other reactors that one has ended, not only the supervisor', async () => {
    await start(2)
    const relayed = submitTo(0, functions.relay, 1)
    relayed.ignore()
    // The call of core 0 has reached core 1 when one that follows it on the same way has.
    assert.equal(await submitTo(0, functions.relayWhereAmI, 1), 1)
    await workers?.kill(1)
    await assert.rejects(relayed.toPromise(), ReactorGoneError)
  })

  it('connects a successor, which gets nothing that was meant for the one before', async () => {
    await start(2)
    for (let round = 0; round < 5; round++) {
      const lost = submitTo(1, functions.never)
      for (let i = 0; i < 50; i++) sendTo(1, functions.note, `round ${round}`).ignore()
      await workers?.kill(1)
      await assert.rejects(lost.toPromise(), ReactorGoneError)
      await workers?.startCore(1)
      assert.deepEqual(await submitTo(1, functions.noted), [])
      assert.equal(await submitTo(1, functions.whereAmI), 1)
      assert.equal(await submitTo(0, functions.relayWhereAmI, 1), 1)
    }
  })

  it('lets a reactor that is replaced answer what it was asked, while new calls go to its successor', async () => {
    await start(2)
    const old = workers?.workerOf(1)
    assert.ok(old)
    sendTo(1, functions.note, 'old').ignore()
    const answer = submitTo(1, functions.later, 60, 'from the old one')
    await workers?.startCore(1)
    assert.deepEqual(await submitTo(1, functions.noted), [])
    assert.equal(await answer, 'from the old one')
    await leaveGracefully(old)
    assert.equal(await submitTo(1, functions.whereAmI), 1)
    assert.equal(await submitTo(0, functions.relayWhereAmI, 1), 1)
  })

  it('survives many replacements, more than there are places', async () => {
    await start(1)
    for (let round = 0; round < 8; round++) {
      const old = workers?.workerOf(0)
      assert.ok(old)
      await workers?.startCore(0)
      await leaveGracefully(old)
      assert.equal(await submitTo(0, functions.add, round, 1), round + 1)
    }
  })

  it('fails calls of a reactor that ends by itself within a call', async () => {
    await start(1)
    const exited = once(workers?.workerOf(0) ?? assert.fail(), 'exit')
    await assert.rejects(submitTo(0, functions.exit).toPromise(), ReactorGoneError)
    await exited
  })

  it('counts what it does', async () => {
    const { mesh } = await start(1)
    const before = mesh.stats()
    await Promise.all([submitTo(0, functions.add, 1, 2), submitTo(0, functions.add, 3, 4)])
    const after = mesh.stats()
    assert.equal(after.received - before.received, 2)
    assert.equal(after.batches - before.batches, 1)
    assert.deepEqual([after.inFlight, after.queued], [0, 0])
  })

  it('spends idle turns on looking for messages, if told to', async () => {
    await start(1, { idleTurns: 1_000 })
    for (let i = 0; i < 20; i++) assert.equal(await submitTo(0, functions.add, i, 1), i + 1)
  })

  it('reports what a one-way message fails with, on the core where it fails', async () => {
    const memory = createMeshMemory(1)
    const mesh = joinMesh(memory, 1)
    const other = new Mesh(memory, 0)
    const reasons: unknown[] = []
    const told = new Promise<void>((resolve) => {
      const subscription = onUnhandledFailure(({ reason }) => {
        if (reasons.push(reason) < 3) return
        subscription[Symbol.dispose]()
        resolve()
      })
    })
    await mesh.send(0, functions.failWithTimeout.id, [])
    await mesh.send(0, functions.failWithUnknownKind.id, [])
    await mesh.send(0, hashOf('test/unknown'), [])
    await told
    assert.deepEqual(reasons.map((reason) => (reason as Error).name).toSorted(), [
      'TimeoutError',
      'UnknownKindError',
      'UnknownRemoteError',
    ])
    mesh.leave()
    other.leave()
  })

  it('keeps a process alive while a call waits for its reply, and no longer', () => {
    const program = fileURLToPath(new URL('./fixtures/keep-alive.ts', import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
      encoding: 'utf8',
      timeout: 20_000,
    })
    assert.equal(stdout, 'answered\n', stderr)
    assert.equal(status, 0)
  })

  const BAD: Readonly<Record<string, () => unknown>> = {
    'no reactor': () => createMeshMemory(0),
    'too many reactors': () => createMeshMemory(257),
    'a ring that is too small': () => createMeshMemory(1, { ringBytes: 100 }),
    'an unknown option of the memory': () => createMeshMemory(1, { ring: 1 } as never),
    'a core that is none': () => joinMesh(createMeshMemory(1), 2),
    'an unknown option': () => joinMesh(createMeshMemory(1), 0, { spin: 1 } as never),
    'a limit of calls that is no number': () =>
      joinMesh(createMeshMemory(1), 0, { maxInFlight: Number.NaN }),
    'half an idle turn': () => joinMesh(createMeshMemory(1), 0, { idleTurns: 0.5 }),
  }
  for (const [name, join] of Object.entries(BAD)) {
    it(`refuses ${name}`, () => {
      assert.throws(join, OptionError)
    })
  }

  it('refuses a second mesh in one thread', () => {
    const memory = createMeshMemory(1)
    const first = joinMesh(memory, 0)
    assert.throws(() => joinMesh(memory, 1), OptionError)
    first.leave()
    first.leave()
    joinMesh(memory, 0).leave()
  })

  it('refuses more reactors than there are places, until one leaves', () => {
    const memory = createMeshMemory(1, { spares: 0 })
    const reactors = [new Mesh(memory, 0), new Mesh(memory, 1)]
    assert.throws(() => new Mesh(memory, 0), LimitError)
    reactors.pop()?.leave()
    reactors.push(new Mesh(memory, 1))
    for (const reactor of reactors) reactor.leave()
  })
})
