import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { OptionError, onUnhandledFailure, whenAll } from '../../src/future/index.ts'
import { publish, submitTo, subscribe } from '../../src/reactor/index.ts'
import { MeshWorkers } from '../support/mesh-workers.ts'
import { functions } from './fixtures/remotes.ts'

describe('publish', () => {
  let workers: MeshWorkers

  before(async () => {
    const module = new URL('./fixtures/remotes.ts', import.meta.url)
    workers = await MeshWorkers.start({ count: 2, module })
  })
  after(() => workers.stop())

  it('tells the subscribers of all reactors, in the order in which a core published', async () => {
    for (const core of [0, 1]) await submitTo(core, functions.listen, 'news')
    for (let i = 0; i < 100; i++) publish('news', i)
    publish('other', 'nobody listens')
    const expected = Array.from({ length: 100 }, (_, i) => i)
    for (const core of [0, 1]) assert.deepEqual(await submitTo(core, functions.noted), expected)
  })

  it('tells the subscribers of its own core and of others, from a reactor', async () => {
    for (const core of [0, 1]) await submitTo(core, functions.listen, 'from 0')
    assert.equal(await submitTo(0, functions.tell, 'from 0', { deep: [1] }), 1)
    assert.deepEqual(await submitTo(0, functions.noted), [{ deep: [1] }])
    // The message goes from core 0 to core 1, the question another way: they may overtake each other.
    let noted: readonly unknown[] = []
    while (noted.length === 0) noted = await submitTo(1, functions.noted)
    assert.deepEqual(noted, [{ deep: [1] }])
  })

  it('tells each subscriber once, until it is disposed of, in the order of subscription', () => {
    const told: string[] = []
    const first = subscribe<number>('here', (value) => told.push(`first ${value}`))
    const subscriber = (value: number): void => void told.push(`twice ${value}`)
    const second = subscribe('here', subscriber)
    const third = subscribe('here', subscriber)
    assert.equal(publish('here', 1), 3)
    first[Symbol.dispose]()
    second[Symbol.dispose]()
    second[Symbol.dispose]()
    assert.equal(publish('here', 2), 1)
    third[Symbol.dispose]()
    assert.equal(publish('here', 3), 0)
    assert.deepEqual(told, ['first 1', 'twice 1', 'twice 1', 'twice 2'])
  })

  it('tells the others though a subscriber throws, which is reported', async () => {
    const told: unknown[] = []
    const broken = subscribe('broken', () => assert.fail('of a subscriber'))
    const good = subscribe('broken', (value) => told.push(value))
    const reported = new Promise<unknown>((resolve) => {
      const subscription = onUnhandledFailure(({ reason }) => {
        subscription[Symbol.dispose]()
        resolve(reason)
      })
    })
    publish('broken', 1)
    assert.deepEqual(told, [1])
    assert.match(String(await reported), /of a subscriber/)
    broken[Symbol.dispose]()
    good[Symbol.dispose]()
  })

  it('sends nothing to reactors without a subscriber of the topic', async () => {
    await submitTo(1, functions.listen, 'only on 1')
    const before = [0, 1].map((core) => submitTo(core, functions.received))
    const [idle = 0, told = 0] = await whenAll(before)
    for (let i = 0; i < 1_000; i++) {
      publish('only on 1', i)
      publish('nowhere', i)
    }
    assert.equal((await submitTo(1, functions.noted)).length, 1_000)
    // The questions are messages, too.
    assert.equal(await submitTo(0, functions.received), idle + 1)
    assert.equal(await submitTo(1, functions.received), told + 1_000 + 2)
  })

  it('tells a reactor no more whose last subscriber is gone, and again when there is one', async () => {
    await submitTo(0, functions.listen, 'on and off')
    publish('on and off', 1)
    assert.deepEqual(await submitTo(0, functions.noted), [1])
    await submitTo(0, functions.unlisten)
    const idle = await submitTo(0, functions.received)
    publish('on and off', 2)
    assert.equal(await submitTo(0, functions.received), idle + 1)
    await submitTo(0, functions.listen, 'on and off')
    publish('on and off', 3)
    assert.deepEqual(await submitTo(0, functions.noted), [3])
  })

  it('tells a successor that has subscribed, and not for the sake of its predecessor', async () => {
    await submitTo(1, functions.listen, 'before')
    await workers.kill(1)
    await workers.startCore(1)
    const idle = await submitTo(1, functions.received)
    publish('before', 1)
    assert.equal(await submitTo(1, functions.received), idle + 1)
    await submitTo(1, functions.listen, 'after')
    publish('after', 2)
    assert.deepEqual(await submitTo(1, functions.noted), [2])
  })

  it('lets a subscriber unsubscribe while it is told', () => {
    const told: unknown[] = []
    const once = subscribe('once', (value) => {
      told.push(value)
      once[Symbol.dispose]()
    })
    publish('once', 1)
    publish('once', 2)
    assert.deepEqual(told, [1])
  })

  it('refuses topics that are no text and subscribers that are no functions', () => {
    assert.throws(() => publish(1 as never, 'x'), OptionError)
    assert.throws(() => subscribe(undefined as never, () => {}), OptionError)
    assert.throws(() => subscribe('topic', {} as never), OptionError)
  })
})
