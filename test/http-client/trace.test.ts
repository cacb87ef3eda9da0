import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, it } from 'node:test'
import { HttpResponse } from '../../src/http/index.ts'
import {
  type ClientRequestMessage,
  parseTraceparent,
  type RequestOptions,
  startTrace,
} from '../../src/http-client/index.ts'
import { withCallContext } from '../../src/resilience/index.ts'
import { withOrigin } from './support/origin.ts'

type Handler = Parameters<typeof withOrigin>[0]

/** What the service was told: traceparent and tracestate of each request. */
function listener(statuses: readonly number[] = []): {
  seen: (readonly [string | undefined, string | undefined])[]
  handler: Handler
} {
  const seen: (readonly [string | undefined, string | undefined])[] = []
  const handler: Handler = (request) => {
    const count = seen.push([request.header('traceparent'), request.header('tracestate')])
    return new HttpResponse(statuses[count - 1] ?? 200, 'ok', 'text/plain')
  }
  return { seen, handler }
}

describe('trace context', () => {
  it('is sent with a span id of its own for each attempt', async () => {
    const trace = { ...startTrace(), state: 'vendor=x' }
    const { seen, handler } = listener([503])
    await withOrigin(handler, async (client) => client.get('/', { trace }).then(() => {}), {
      retry: { baseMs: 1 },
    })
    const sent = seen.map(([parent = '', state]) => parseTraceparent(parent, state))
    assert.equal(sent.length, 2)
    for (const one of sent) assert.deepEqual({ ...one, spanId: trace.spanId }, trace)
    assert.equal(new Set([trace.spanId, ...sent.map((one) => one?.spanId)]).size, 3)
  })

  it('comes from the context around the call, unless told otherwise', async () => {
    const trace = startTrace()
    const other = startTrace()
    const cases: readonly (readonly [RequestOptions, string | undefined])[] = [
      [{}, trace.traceId],
      [{ trace: other }, other.traceId],
      [{ trace: false }, undefined],
      [{ inherit: false }, undefined],
    ]
    const { seen, handler } = listener()
    await withOrigin(handler, async (client) => {
      for (const [options] of cases)
        await withCallContext({ trace }, () => client.get('/', options))
    })
    assert.deepEqual(
      seen.map(([parent]) => parent?.split('-')[1]),
      cases.map(([, traceId]) => traceId),
    )
  })

  it('leaves headers alone that the caller has set', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const { seen, handler } = listener()
    await withOrigin(handler, async (client) => {
      await client.get('/', { trace: startTrace(), headers: { traceparent } })
    })
    assert.deepEqual(seen, [[traceparent, undefined]])
  })
})

describe('the channels of the client', () => {
  async function record(work: () => Promise<void>): Promise<{
    starts: { endMs: number | undefined }[]
    finishes: ClientRequestMessage[]
  }> {
    const starts: { endMs: number | undefined }[] = []
    const finishes: ClientRequestMessage[] = []
    const onStart = (message: unknown): void => {
      starts.push({ endMs: (message as ClientRequestMessage).endMs })
    }
    const onFinish = (message: unknown): void => {
      finishes.push(message as ClientRequestMessage)
    }
    subscribe('fasterapi:http-client:request:start', onStart)
    subscribe('fasterapi:http-client:request:finish', onFinish)
    try {
      await work()
    } finally {
      unsubscribe('fasterapi:http-client:request:start', onStart)
      unsubscribe('fasterapi:http-client:request:finish', onFinish)
    }
    return { starts, finishes }
  }

  it('tell of each request when it starts and when its body is over, with times in order', async () => {
    const trace = startTrace()
    const { handler } = listener([503])
    const { starts, finishes } = await record(async () => {
      await withOrigin(
        handler,
        async (client) => {
          await client.get('/x', { trace }).then((response) => response.text())
        },
        { retry: { baseMs: 1 } },
      )
    })
    assert.equal(starts.length, 2)
    assert.deepEqual(starts[0], { endMs: undefined })
    assert.deepEqual(
      finishes.map(({ attempt, status, receivedBytes }) => [attempt, status, receivedBytes]),
      [
        [1, 503, 2],
        [2, 200, 2],
      ],
    )
    for (const message of finishes) {
      const { startMs, sentMs = 0, headersMs = 0, endMs = 0 } = message
      assert.ok(startMs <= sentMs && sentMs <= headersMs && headersMs <= endMs)
      assert.equal(message.url.pathname, '/x')
      assert.equal(message.parentSpanId, trace.spanId)
      assert.equal(message.trace?.traceId, trace.traceId)
      assert.equal(message.error, undefined)
    }
  })

  it('tell of the failure', async () => {
    const { finishes } = await record(async () => {
      await withOrigin(
        () => new Promise<never>(() => {}),
        async (client) => {
          await assert.rejects(async () => client.get('/', { timeoutMs: 40, retry: false }))
        },
      )
    })
    assert.equal(finishes.length, 1)
    const [{ error } = assert.fail()] = finishes
    assert.equal((error as { code?: string }).code, 'HTTP_CLIENT_TIMEOUT')
  })
})
