import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { LimitError, OptionError } from '../../../src/core/errors.ts'
import {
  type BridgeOptions,
  relayBridge,
  type TopicBridge,
  type TopicGap,
  useTopicBridge,
  type WebSocketMessage,
  WebSocketStateError,
} from '../../../src/websocket/index.ts'
import { MemoryHub, type MemoryTransport } from '../support/memory-transport.ts'

type Received = readonly [topic: string, message: WebSocketMessage]

interface Node {
  readonly bridge: TopicBridge
  readonly transport: MemoryTransport
  readonly received: Received[]
  readonly gaps: TopicGap[]
  readonly errors: unknown[]
}

async function join(
  hub: MemoryHub,
  processKey: string,
  options: BridgeOptions = {},
  maxPayloadBytes?: number,
): Promise<Node> {
  const transport = hub.transport(maxPayloadBytes)
  const received: Received[] = []
  const gaps: TopicGap[] = []
  const errors: unknown[] = []
  const bridge = relayBridge(transport, {
    onGap: (gap) => gaps.push(gap),
    onError: (error) => errors.push(error),
    ...options,
  })
  await bridge.open({
    processKey,
    deliver: (topic, message) => received.push([topic, message]),
  })
  return { bridge, transport, received, gaps, errors }
}

async function until(condition: () => boolean): Promise<void> {
  for (const startMs = performance.now(); !condition(); await new Promise(setImmediate)) {
    assert.ok(performance.now() - startMs < 10_000, String(condition))
  }
}

describe('relayBridge', () => {
  it('brings messages to all other processes, in order, and none to the cores of its own', async () => {
    const hub = new MemoryHub()
    const [a, sameProcess, b] = [await join(hub, 'a'), await join(hub, 'a'), await join(hub, 'b')]
    const bytes = Uint8Array.of(0, 255, 128)
    a.bridge.publish('room', 'text')
    sameProcess.bridge.publish('other', 'of the other core')
    a.bridge.publish('room', bytes)
    await until(() => b.received.length === 3)
    assert.deepEqual(
      b.received.filter(([topic]) => topic === 'room'),
      [
        ['room', 'text'],
        ['room', Buffer.from(bytes)],
      ],
    )
    assert.deepEqual([a.received, sameProcess.received], [[], []])
    assert.equal(b.bridge.stats().received, 3)
    assert.equal(a.bridge.stats().sent, 2)
  })

  it('sends the messages of a turn together, and one batch at a time', async () => {
    const hub = new MemoryHub()
    const [a, b] = [await join(hub, 'a'), await join(hub, 'b')]
    let open = (): void => {}
    a.transport.barrier = new Promise((resolve) => {
      open = resolve
    })
    for (const text of ['1', '2', '3']) a.bridge.publish('t', text)
    await until(() => a.transport.batches.length === 1)
    for (const text of ['4', '5']) a.bridge.publish('t', text)
    await new Promise(setImmediate)
    assert.deepEqual(a.transport.batches, [3])
    assert.equal(a.bridge.stats().queued.messages, 5)
    open()
    await until(() => b.received.length === 5)
    assert.deepEqual(a.transport.batches, [3, 2])
    assert.deepEqual(b.received.map(([, message]) => message).join(''), '12345')
  })

  it('carries any message in any payload size', async () => {
    const message = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 3000 }),
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.uint8Array({ maxLength: 9000 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ maxLength: 20 }), message), { maxLength: 8 }),
        fc.integer({ min: 1024, max: 9000 }),
        async (messages, maxPayloadBytes) => {
          const hub = new MemoryHub()
          const a = await join(hub, 'a', {}, maxPayloadBytes)
          const b = await join(hub, 'b')
          for (const [topic, each] of messages) a.bridge.publish(topic, each)
          await until(() => b.received.length === messages.length)
          assert.deepEqual(
            b.received,
            messages.map(([topic, each]) => [
              topic,
              typeof each === 'string' ? each : Buffer.from(each),
            ]),
          )
          for (const payload of hub.payloads) {
            assert.ok(Buffer.byteLength(payload) <= maxPayloadBytes)
          }
          assert.deepEqual(b.gaps, [])
        },
      ),
      { numRuns: 150 },
    )
  })

  it('sends again what may not have arrived, and delivers it once', async () => {
    const hub = new MemoryHub()
    const [a, b] = [await join(hub, 'a'), await join(hub, 'b')]
    a.transport.failures.push({ when: 'before' }, { when: 'after' }, { when: 'after' })
    for (const text of ['1', 'x'.repeat(3000), '3']) a.bridge.publish('t', text)
    await until(() => a.bridge.stats().sent === 3)
    assert.deepEqual(
      b.received.map(([, message]) => message.length),
      [1, 3000, 1],
    )
    assert.deepEqual(b.gaps, [])
    assert.equal(a.bridge.stats().retries, 3)
    assert.ok(b.bridge.stats().duplicates > 0)
  })

  it('gives up what the other side refuses, says so, and goes on', async () => {
    const hub = new MemoryHub()
    const [a, b] = [await join(hub, 'a'), await join(hub, 'b')]
    a.bridge.publish('t', 'first')
    await until(() => b.received.length === 1)
    a.transport.failures.push({ when: 'permanent' })
    a.bridge.publish('t', 'refused')
    await until(() => a.errors.length === 1)
    a.bridge.publish('t', 'last')
    await until(() => b.received.length === 2)
    assert.equal(b.received[1]?.[1], 'last')
    assert.deepEqual(a.bridge.stats().dropped, { queueFull: 0, tooBig: 0, failed: 1 })
    assert.deepEqual(b.gaps, [{ cause: undefined }])
  })

  for (const [whenFull, kept] of [
    ['drop-oldest', ['1', '4', '5']],
    ['drop-newest', ['1', '2', '3']],
  ] as const) {
    it(`holds no more than it may, and with ${whenFull} keeps the right ones`, async () => {
      const hub = new MemoryHub()
      // Three envelopes of some 530 bytes each.
      const a = await join(hub, 'a', { whenFull, maxQueuedBytes: 1700 })
      const b = await join(hub, 'b')
      let open = (): void => {}
      a.transport.barrier = new Promise((resolve) => {
        open = resolve
      })
      const send = (text: string): void => a.bridge.publish('t', text.padEnd(500))
      send('1')
      await until(() => a.transport.batches.length === 1)
      for (const text of ['2', '3', '4', '5']) send(text)
      assert.equal(a.bridge.stats().dropped.queueFull, 2)
      open()
      await until(() => b.received.length === 3)
      send('6')
      await until(() => b.received.length === 4)
      assert.deepEqual(
        b.received.map(([, message]) => String(message).trim()),
        [...kept, '6'],
      )
      assert.equal(b.gaps.length, 1)
      assert.equal(b.bridge.stats().gaps, 1)
    })
  }

  it('tells a gap of its own connection once, with the cause', async () => {
    const hub = new MemoryHub()
    const [a, b] = [await join(hub, 'a'), await join(hub, 'b')]
    a.bridge.publish('t', '1')
    await until(() => b.received.length === 1)
    b.transport.isConnected = false
    a.bridge.publish('t', 'missed')
    await until(() => a.bridge.stats().sent === 2)
    b.transport.isConnected = true
    const cause = new Error('lost')
    b.transport.receiver?.onGap(cause)
    a.bridge.publish('t', '3')
    await until(() => b.received.length === 2)
    assert.deepEqual(b.gaps, [{ cause }])
  })

  it('drops a message whose parts are not all there', async () => {
    const hub = new MemoryHub()
    const [a, b] = [await join(hub, 'a'), await join(hub, 'b')]
    b.transport.isConnected = false
    a.bridge.publish('t', 'x'.repeat(5000))
    await until(() => a.bridge.stats().sent === 1)
    for (const payload of hub.payloads.toSpliced(2, 1)) b.transport.receiver?.onPayload(payload)
    assert.deepEqual(b.received, [])
    assert.equal(b.gaps.length, 1)
  })

  it('ignores what is none of its own', async () => {
    const b = await join(new MemoryHub(), 'b')
    for (const payload of [
      '',
      'hello',
      '{}',
      '[]',
      '["a/1",1,"t",0,0,1]',
      '["a/1",-1,"t",0,0,1,""]',
      '["a/1",1,"t",9,0,1,""]',
      '["a/1",1,"t",0,1,1,""]',
      '[7,1,"t",0,0,1,""]',
      '["a/1",1,"t",0,0,1,7]',
    ]) {
      b.transport.receiver?.onPayload(payload)
    }
    assert.deepEqual([b.received, b.gaps], [[], []])
  })

  it('refuses messages and topics that are too big, and tells', async () => {
    const a = await join(new MemoryHub(), 'a', { maxMessageBytes: 100 })
    a.bridge.publish('t', 'x'.repeat(101))
    a.bridge.publish('t', new Uint8Array(101))
    a.bridge.publish('t'.repeat(2000), '')
    assert.equal(a.bridge.stats().dropped.tooBig, 3)
    assert.ok(a.errors.every((error) => error instanceof LimitError))
  })

  it('does not collect a message without an end', async () => {
    const b = await join(new MemoryHub(), 'b', { maxMessageBytes: 100 })
    for (let sequence = 1; sequence <= 10; sequence++) {
      const part = JSON.stringify(['a/1', sequence, 't', 1, sequence - 1, 1000, 'x'.repeat(100)])
      b.transport.receiver?.onPayload(part)
    }
    assert.equal(b.gaps.length, 1)
    assert.deepEqual(b.received, [])
  })

  it('sends what waits before it closes, and nothing afterwards', async () => {
    const hub = new MemoryHub()
    const [a, b] = [await join(hub, 'a'), await join(hub, 'b')]
    a.transport.failures.push({ when: 'before' })
    a.bridge.publish('t', 'last words')
    await a.bridge.close()
    assert.deepEqual(b.received, [['t', 'last words']])
    a.bridge.publish('t', 'too late')
    await a.bridge.close()
    assert.equal(a.bridge.stats().isConnected, false)
    assert.equal(hub.payloads.length, 1)
  })

  it('closes in time when nothing can be sent', async () => {
    const a = await join(new MemoryHub(), 'a', { closeTimeoutMs: 60 })
    a.transport.failures.push(...Array.from({ length: 100 }, () => ({ when: 'before' as const })))
    a.bridge.publish('t', 'never')
    await a.bridge.close()
    assert.equal(a.bridge.stats().dropped.failed, 1)
  })

  it('refuses options it does not know', () => {
    const transport = new MemoryHub().transport()
    for (const options of [
      { channel: 'x' },
      { whenFull: 'wait' },
      { maxQueuedBytes: 1 },
      { onGap: 1 },
      { maxMessageBytes: 0 },
    ]) {
      assert.throws(() => relayBridge(transport, options as never), OptionError)
    }
  })
})

describe('useTopicBridge', () => {
  it('takes one bridge at a time, and none that is none', async () => {
    assert.throws(() => useTopicBridge({} as never), OptionError)
    const bridge = relayBridge(new MemoryHub().transport())
    const attached = await useTopicBridge(bridge)
    const second = useTopicBridge(relayBridge(new MemoryHub().transport()))
    await assert.rejects(second.toPromise(), WebSocketStateError)
    await attached.close()
    await assert.rejects(useTopicBridge(bridge).toPromise(), /opened once/)
    const again = await useTopicBridge(relayBridge(new MemoryHub().transport()))
    await again.close()
  })
})
