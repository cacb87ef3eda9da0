import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, it } from 'node:test'
import type { Visitor } from '../../examples/websocket-chat/member.ts'
import { Presence } from '../../examples/websocket-chat/presence.ts'

class Guest implements Visitor {
  readonly name: string
  readonly session: string
  hasGivenUp = false

  constructor(name: string, session: string = randomUUID()) {
    this.name = name
    this.session = session
  }

  giveUpName(): void {
    this.hasGivenUp = true
  }
}

/** Reports go out a little later than what they report; to many at once, which is the point of it. */
async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 5_000
  while (!condition()) {
    assert.ok(performance.now() < deadlineMs, 'it did not come true in 5 s')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('Presence', () => {
  const running = new Set<Presence>()

  afterEach(() => {
    for (const presence of running) presence.stop()
    running.clear()
  })

  /** @returns one that stands for a reactor of its own */
  function started(core: number): Presence {
    const presence = new Presence(core)
    presence.start()
    running.add(presence)
    return presence
  }

  function stop(presence: Presence): void {
    running.delete(presence)
    presence.stop()
  }

  it('knows the visitors of all reactors', async () => {
    const [here, there] = [started(0), started(1)]
    const bob = new Guest('Bob')
    here.join('lobby', new Guest('Ann'))
    there.join('lobby', bob)
    there.join('attic', new Guest('Cora'))
    await until(() => here.namesIn('lobby').length === 2 && there.namesIn('lobby').length === 2)
    assert.deepEqual(here.namesIn('lobby'), ['Ann', 'Bob'])
    assert.deepEqual(here.namesIn('attic'), ['Cora'])
    there.leave('lobby', bob)
    await until(() => here.namesIn('lobby').length === 1)
  })

  it('tells a reactor that starts later', async () => {
    const first = started(0)
    first.join('lobby', new Guest('Ann'))
    await until(() => first.namesIn('lobby').length === 1)
    assert.deepEqual(started(1).namesIn('lobby'), ['Ann'])
  })

  it('forgets the visitors of a reactor that stops, and of one that died and is started anew', async () => {
    const watcher = started(0)
    const stopping = started(1)
    stopping.join('lobby', new Guest('Ann'))
    await until(() => watcher.namesIn('lobby').length === 1)
    stop(stopping)
    assert.deepEqual(watcher.namesIn('lobby'), [])

    const dying = started(2)
    dying.join('lobby', new Guest('Bob'))
    await until(() => watcher.namesIn('lobby').length === 1)
    const successor = started(2)
    assert.deepEqual(watcher.namesIn('lobby'), [])
    successor.join('lobby', new Guest('Cora'))
    stop(dying) // its last words come too late
    await until(() => watcher.namesIn('lobby').length === 1)
    assert.deepEqual(watcher.namesIn('lobby'), ['Cora'])
  })

  it('gives a name that two took at once to the first of them', async () => {
    const [here, there] = [started(0), started(1)]
    const [first, second, tab] = [new Guest('Ann'), new Guest('ann'), new Guest('Bob')]
    assert.equal(here.join('lobby', first), true)
    assert.equal(there.join('lobby', second), true, 'there has not heard of the first')
    here.join('lobby', tab)
    there.join('lobby', new Guest('Bob', tab.session))
    await until(() => second.hasGivenUp)
    there.leave('lobby', second)
    await until(() => there.namesIn('lobby').join() === 'Ann,Bob')
    assert.deepEqual([first.hasGivenUp, tab.hasGivenUp], [false, false])
    assert.equal(there.join('lobby', new Guest('ANN')), false)
  })
})
