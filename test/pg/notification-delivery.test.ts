import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Future } from '../../src/future/index.ts'
import { NotificationDelivery } from '../../src/pg/notifications/delivery.ts'
import { PgSubscription } from '../../src/pg/notifications/subscription.ts'

const COUNT = 30_000

function subscribe(onNotification: (payload: string) => void): PgSubscription {
  const handler = {
    onNotification: ({ payload }: { payload: string }) => onNotification(payload),
    onGap() {},
    onEnd() {},
  }
  return new PgSubscription('c', handler, () => Future.ready())
}

describe('NotificationDelivery', () => {
  it('keeps the order, says when too many wait, and says when they do no more', async () => {
    const pressures: [isHigh: boolean, received: number][] = []
    const received: string[] = []
    const subscription = subscribe((payload) => received.push(payload))
    const subscriptions = new Set([subscription])
    const delivery = new NotificationDelivery((isHigh) => pressures.push([isHigh, received.length]))
    for (let index = 0; index < COUNT; index++) {
      const notification = { channel: 'c', payload: String(index), processId: 1 }
      delivery.add({ subscriptions, notification })
    }
    assert.deepEqual(received, [])
    assert.deepEqual(pressures, [[true, 0]])
    while (received.length < COUNT) await new Promise(setImmediate)
    assert.deepEqual(
      received,
      Array.from({ length: COUNT }, (_, index) => String(index)),
    )
    const [, released] = pressures
    assert.equal(pressures.length, 2)
    assert.ok(released?.[0] === false && released[1] < COUNT)
    assert.equal(delivery.isHigh, false)
  })

  it('tells nobody who has ended, not even of what waits', async () => {
    const received: string[] = []
    const other = subscribe((payload) => received.push(payload))
    const leaving: PgSubscription = subscribe((payload) => {
      received.push(`leaving ${payload}`)
      leaving.unlisten().ignore()
    })
    const delivery = new NotificationDelivery(() => {})
    const subscriptions = new Set([leaving, other])
    for (const payload of ['1', '2']) {
      delivery.add({ subscriptions, notification: { channel: 'c', payload, processId: 1 } })
    }
    while (received.length < 3) await new Promise(setImmediate)
    assert.deepEqual(received, ['leaving 1', '1', '2'])
  })
})
