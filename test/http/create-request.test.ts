import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OptionError } from '../../src/core/errors.ts'
import { createRequest, HttpError } from '../../src/http/index.ts'

describe('createRequest', () => {
  it('makes a request like one that came over a connection', async () => {
    const request = createRequest({
      method: 'POST',
      target: '/a%20b?c=d',
      headers: [
        ['X-A', 'b'],
        ['x-a', 'c'],
      ],
      body: 'é',
      remoteAddress: '192.0.2.1',
    })
    assert.deepEqual(
      [request.method, request.path, request.queryString, request.target, request.header('X-a')],
      ['POST', '/a%20b', 'c=d', '/a%20b?c=d', 'b, c'],
    )
    assert.equal(Buffer.from(await request.bytes()).toString(), 'é')
    assert.equal(request.remoteAddress, '192.0.2.1')
    assert.equal(request.signal.aborted, false)
  })

  it('keeps to the limit of the body', async () => {
    const request = createRequest({ body: 'abcd', maxBodyBytes: 3 })
    await assert.rejects(
      async () => request.bytes(),
      (error: HttpError) => error instanceof HttpError && error.status === 413,
    )
  })

  it('refuses what could not come over the wire', () => {
    for (const target of ['', 'a', '/a b', '/é', '/a#b', '/\r\n']) {
      assert.throws(() => createRequest({ target }), OptionError, target)
    }
    for (const header of [
      ['a b', 'c'],
      ['', 'c'],
      ['a', 'b\r\nc: d'],
      ['a', '\0'],
    ] as const) {
      assert.throws(() => createRequest({ headers: [header] }), OptionError)
    }
  })
})
