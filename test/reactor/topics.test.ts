import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { OptionError, onUnhandledFailure } from '../../src/future/index.ts'
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
