import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock } from '../../../src/future/index.ts'
import {
  compression,
  parseEventStream,
  type ServerSentEvent,
  sse,
} from '../../../src/http/index.ts'
import { encodeEvent } from '../../../src/http/sse/event.ts'
import { EventFeed } from '../../../src/http/sse/event-feed.ts'
import { RawClient } from '../support/raw-client.ts'
import { withServer } from '../support/serve.ts'

const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'

async function* numbers(count: number): AsyncGenerator<ServerSentEvent<number>> {
  for (let id = 1; id <= count; id++) yield { data: id * 10, id }
}

/** A source that says when it is ended, and waits for ever after its first event. */
function endless(): {
  source: (context: { readonly signal: AbortSignal }) => AsyncGenerator<ServerSentEvent>
  ended: Promise<unknown>
} {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  async function* source({
    signal,
  }: {
    readonly signal: AbortSignal
  }): AsyncGenerator<ServerSentEvent> {
    yield { data: 'first' }
    try {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    } catch (error) {
      resolve(error)
    }
  }
  return { source, ended: promise }
}

describe('sse', () => {
  it('streams events, which no cache keeps and no proxy holds back', async () => {
    await withServer(
      () => sse(numbers(3), { retryMs: 500 }),
      async (server) => {
        const response = await fetch(`http://127.0.0.1:${server.port}/`)
        assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
        assert.equal(response.headers.get('cache-control'), 'no-store')
        assert.equal(response.headers.get('x-accel-buffering'), 'no')
        assert.equal(
          await response.text(),
          'retry: 500\n\nid: 1\ndata: 10\n\nid: 2\ndata: 20\n\nid: 3\ndata: 30\n\n',
        )
      },
    )
  })

  it('sends each event at once', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    async function* source(): AsyncGenerator<ServerSentEvent> {
      yield { data: 'first' }
      await promise
      yield { data: 'second' }
    }
    await withServer(
      () => sse(source()),
      async (server) => {
        const { body } = await fetch(`http://127.0.0.1:${server.port}/`)
        const received: string[] = []
        for await (const { data } of parseEventStream(body!)) {
          received.push(data)
          resolve()
        }
        assert.deepEqual(received, ['first', 'second'])
      },
    )
  })

  it('ends the source when the client goes away, also one that waits', async () => {
    const { source, ended } = endless()
    await withServer(
      () => sse(source),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await client.until(/first/)
        client.reset()
        assert.equal(((await ended) as Error).name, 'AbortedError')
      },
    )
  })

  it('ends politely when the server closes, long before the deadline', async () => {
    const { source, ended } = endless()
    await withServer(
      () => sse(source),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await client.until(/first/)
        const startMs = performance.now()
        await server.close({ timeoutMs: 30_000 })
        assert.match(await client.untilEnd(), /: the server is closing\n\n\r\n0\r\n\r\n$/)
        assert.equal(((await ended) as Error).name, 'ClosedError')
        assert.ok(performance.now() - startMs < 10_000)
      },
    )
  })

  it('ends politely when it is compressed, too', async () => {
    const { source, ended } = endless()
    await withServer(
      compression(() => sse(source)),
      async (server) => {
        const response = await fetch(`http://127.0.0.1:${server.port}/`, {
          headers: { 'accept-encoding': 'gzip' },
        })
        assert.equal(response.headers.get('content-encoding'), 'gzip')
        const pieces = response.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
        assert.equal((await pieces.next()).value, 'data: first\n\n')
        const startMs = performance.now()
        const closed = server.close({ timeoutMs: 30_000 })
        assert.equal((await pieces.next()).value, ': the server is closing\n\n')
        assert.equal((await pieces.next()).done, true)
        await closed
        assert.equal(((await ended) as Error).name, 'ClosedError')
        assert.ok(performance.now() - startMs < 10_000)
      },
    )
  })

  it('ends the source without starting it for HEAD', async () => {
    let calls = 0
    let isEnded = false
    const source = {
      [Symbol.asyncIterator]: () => source,
      next: () => {
        calls++
        return Promise.resolve({ done: true as const, value: undefined })
      },
      return: () => {
        isEnded = true
        return Promise.resolve({ done: true as const, value: undefined })
      },
    }
    await withServer(
      () => sse(source),
      async (server) => {
        const url = `http://127.0.0.1:${server.port}/`
        const response = await fetch(url, { method: 'HEAD' })
        assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
        assert.deepEqual([calls, isEnded], [0, true])
      },
    )
  })

  it('asks for no more events than a slow client has room for', async () => {
    let made = 0
    async function* flood(): AsyncGenerator<ServerSentEvent> {
      for (;;) {
        made++
        yield { data: 'x'.repeat(10_000) }
      }
    }
    await withServer(
      () => sse(flood()),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await client.until(/xxx/)
        client.pause()
        let before = -1
        while (before !== made) {
          before = made
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
        assert.ok(made < 5000, `${made} events of 10 KB`)
        client.destroy()
      },
    )
  })

  it('cuts the connection and tells why if an event cannot be sent', async () => {
    const failures: unknown[] = []
    let isEnded = false
    async function* source(): AsyncGenerator<ServerSentEvent> {
      try {
        yield { data: 1 }
        yield { id: 'a\nb' }
      } finally {
        isEnded = true
      }
    }
    await withServer(
      () => sse(source()),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        const answer = await client.untilEnd()
        assert.ok(!answer.endsWith('0\r\n\r\n'))
        assert.equal(isEnded, true)
        assert.deepEqual(
          failures.map((error) => (error as { option?: string }).option),
          ['event.id'],
        )
      },
      { onError: (error) => failures.push(error) },
    )
  })

  const REFUSED: readonly (readonly [unknown, unknown])[] = [
    [5, {}],
    ['text', {}],
    [{}, {}],
    [numbers(1), { heartbeat: 5 }],
    [numbers(1), { heartbeatMs: -1 }],
    [numbers(1), { retryMs: 1.5 }],
    [numbers(1), { serialize: 'json' }],
  ]
  for (const [source, options] of REFUSED) {
    it(`refuses ${String(source)} with ${JSON.stringify(options)}`, () => {
      assert.throws(() => sse(source as never, options as never), { code: 'CORE_OPTION' })
    })
  }
})

describe('EventFeed', () => {
  it('sends a heartbeat whenever no event came for so long', async () => {
    const clock = new ManualClock()
    const steps: ((event: ServerSentEvent) => void)[] = []
    async function* source(): AsyncGenerator<ServerSentEvent> {
      for (;;) yield await new Promise<ServerSentEvent>((resolve) => steps.push(resolve))
    }
    const write = JSON.stringify
    const feed = new EventFeed(source(), { heartbeatMs: 100, prelude: '', write, clock })
    const beat = feed.next()
    clock.advance(100)
    assert.equal((await beat).value, ':\n\n')
    const event = feed.next()
    clock.advance(99)
    steps.shift()!({ data: 1 })
    assert.equal((await event).value, encodeEvent({ data: 1 }))
    const second = feed.next()
    clock.advance(99)
    const isSettled = await Promise.race([second.then(() => true), Promise.resolve(false)])
    assert.equal(isSettled, false)
    clock.advance(1)
    assert.equal((await second).value, ':\n\n')
    assert.equal(clock.pendingTimers, 0)
    const ended = feed.return()
    steps.shift()!({})
    assert.equal((await ended).done, true)
  })

  it('keeps an event that came during a heartbeat', async () => {
    const clock = new ManualClock()
    const { promise, resolve } = Promise.withResolvers<ServerSentEvent>()
    async function* source(): AsyncGenerator<ServerSentEvent> {
      yield await promise
    }
    const write = JSON.stringify
    const feed = new EventFeed(source(), { heartbeatMs: 100, prelude: '', write, clock })
    const beat = feed.next()
    clock.advance(100)
    await beat
    resolve({ data: 'kept' })
    await new Promise(setImmediate)
    assert.equal((await feed.next()).value, 'data: "kept"\n\n')
    assert.equal((await feed.next()).done, true)
    assert.equal((await feed.next()).done, true)
  })

  it('fails as its source does, also during a heartbeat', async () => {
    const clock = new ManualClock()
    const { promise, reject } = Promise.withResolvers<ServerSentEvent>()
    async function* source(): AsyncGenerator<ServerSentEvent> {
      yield await promise
    }
    const settings = { heartbeatMs: 100, prelude: '', write: JSON.stringify, clock }
    const feed = new EventFeed(source(), settings)
    const beat = feed.next()
    clock.advance(100)
    await beat
    reject(new Error('lost'))
    await new Promise(setImmediate)
    await assert.rejects(feed.next(), /lost/)
  })
})
