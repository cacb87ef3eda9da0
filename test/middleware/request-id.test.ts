import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { request } from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import { RequestValue } from '../../src/http/index.ts'
import { addTiming, requestId, requestIdOf, serverTiming } from '../../src/middleware/index.ts'
import { makeApp } from '../app/support.ts'
import { around, fieldsOf, now, text } from './support.ts'

describe('requestId', () => {
  it('gives each request an id of its own, and sends it', () => {
    const answer = around([requestId()], (each) => text(200, String(requestIdOf(each))))
    const seen = new Set<string>()
    for (let count = 0; count < 600; count++) {
      const response = now(answer())
      const id = response.header('x-request-id') ?? ''
      assert.match(id, /^[0-9a-f]{32}$/)
      assert.equal(response.body, id)
      seen.add(id)
    }
    assert.equal(seen.size, 600)
  })

  it('takes over ids it may trust, and that are safe to write', () => {
    const given = (id: string, options: Parameters<typeof requestId>[0]): boolean => {
      const response = now(around([requestId(options)])({ headers: [['x-request-id', id]] }))
      return response.header('x-request-id') === id
    }
    assert.equal(given('abc-1', {}), false)
    assert.equal(given('abc-1', { trust: true }), true)
    assert.equal(given('abc-1', { trust: (id) => id.startsWith('x') }), false)
    assert.equal(given('xbc-1', { trust: (id) => id.startsWith('x') }), true)
    assert.equal(given('a b', { trust: true }), false)
    assert.equal(given('a"b', { trust: true }), false)
    assert.equal(given('a'.repeat(129), { trust: true }), false)
    assert.equal(given('a'.repeat(129), { trust: true, maxLength: 200 }), true)
  })

  it('takes a header and a generator of one', () => {
    const layer = requestId({ header: 'X-Correlation-Id', generate: () => 'mine' })
    assert.deepEqual(fieldsOf(now(around([layer])())), { 'x-correlation-id': 'mine' })
    for (const options of [{ header: 'a b' }, { trust: 'yes' }, { generate: 1 }, { ids: 1 }]) {
      assert.throws(() => requestId(options as never), OptionError)
    }
  })

  it('is known to handlers, and to who is told of failures', async () => {
    const ids: (string | undefined)[] = []
    const { app, client } = makeApp({
      use: [requestId({ generate: () => 'id-1' })],
      logError: (_, failed) => ids.push(requestIdOf(failed)),
    })
    app.get('/x', { in: { asked: request() } }, ({ asked }) => requestIdOf(asked))
    app.get('/failed', () => {
      throw new Error('failed')
    })
    assert.equal((await client.get('/x')).json(), 'id-1')
    const failed = await client.get('/failed')
    assert.equal(failed.headers.get('x-request-id'), 'id-1')
    assert.deepEqual(ids, ['id-1'])
  })
})

describe('RequestValue', () => {
  it('keeps values of requests apart from each other, and from other values', () => {
    const [one, two] = [new RequestValue<number>(), new RequestValue<string>()]
    const requests = [{ method: 'GET' }, { method: 'GET' }] as const
    one.set(requests[0], 1)
    two.set(requests[0], 'two')
    one.set(requests[1], 3)
    assert.deepEqual(
      requests.map((each) => [one.get(each), two.get(each)]),
      [
        [1, 'two'],
        [3, undefined],
      ],
    )
  })
})

describe('serverTiming', () => {
  it('says how long the answer took, with what handlers add', () => {
    const layer = serverTiming({ processTimeHeader: 'X-Process-Time' })
    const answer = around([layer], (asked) => {
      addTiming(asked, 'db', 12.3456)
      addTiming(asked, 'cache-hit')
      return text(200, '')
    })
    const fields = fieldsOf(now(answer()))
    assert.match(fields['server-timing'] ?? '', /^total;dur=[\d.]+, db;dur=12\.346, cache-hit$/)
    assert.match(fields['x-process-time'] ?? '', /^0\.\d{6}$/)
  })

  it('tells only those it may', () => {
    const layer = serverTiming({ metric: 'app', when: (asked) => asked.header('x-debug') === '1' })
    assert.deepEqual(fieldsOf(now(around([layer])())), {})
    const fields = fieldsOf(now(around([layer])({ headers: [['x-debug', '1']] })))
    assert.match(fields['server-timing'] ?? '', /^app;dur=/)
  })

  it('refuses names that are none', () => {
    assert.throws(() => serverTiming({ metric: 'a b' }), OptionError)
    assert.throws(() => serverTiming({ processTimeHeader: 'a b' }), OptionError)
    assert.throws(() => serverTiming({ when: true as never }), OptionError)
    assert.throws(() => addTiming({ method: 'GET' }, 'a;b'), OptionError)
    assert.throws(() => addTiming({ method: 'GET' }, 'a', Number.NaN), OptionError)
  })
})
