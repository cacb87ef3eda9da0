import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type ConditionalOptions,
  checkPreconditions,
  conditional,
  createRequest,
  entityTagOf,
  HttpResponse,
  type RequestHandler,
  StreamBody,
} from '../../../src/http/index.ts'
import { OptionError } from '../../../src/index.ts'
import { ask } from '../static/ask.ts'
import { withServer } from '../support/serve.ts'

const TAG = entityTagOf('hello')
const plain: RequestHandler = () => new HttpResponse(200, 'hello', 'text/plain', [['x-a', 'b']])

function serve(
  handler: RequestHandler,
  headers: Readonly<Record<string, string>>,
  options?: ConditionalOptions,
  line = 'GET /',
): Promise<Awaited<ReturnType<typeof ask>>> {
  let answer: Awaited<ReturnType<typeof ask>> | undefined
  return withServer(conditional(handler, options), async (server) => {
    answer = await ask(server, line, headers)
  }).then(() => answer!)
}

describe('conditional', () => {
  it('adds a weak tag of the body', async () => {
    const { status, headers, body } = await serve(plain, {})
    assert.deepEqual(
      [status, headers['etag'], headers['x-a'], body],
      [200, `W/${TAG}`, 'b', 'hello'],
    )
  })

  it('adds a strong tag, or none, if that is wanted', async () => {
    assert.equal((await serve(plain, {}, { etag: 'strong' })).headers['etag'], TAG)
    assert.equal((await serve(plain, {}, { etag: false })).headers['etag'], undefined)
  })

  it('answers 304 with all but the fields of content', async () => {
    const { status, headers, body } = await serve(plain, { 'if-none-match': TAG })
    assert.deepEqual([status, headers['x-a'], body], [304, 'b', ''])
    assert.equal(headers['content-type'], undefined)
    assert.equal(headers['etag'], `W/${TAG}`)
  })

  it('gives HEAD the same tag', async () => {
    const { status, headers } = await serve(plain, {}, {}, 'HEAD /')
    assert.deepEqual([status, headers['etag'], headers['content-length']], [200, `W/${TAG}`, '5'])
  })

  it('answers 412 if the client wants another representation', async () => {
    assert.equal((await serve(plain, { 'if-match': '"b"' }, { etag: 'strong' })).status, 412)
    assert.equal((await serve(plain, { 'if-match': TAG }, { etag: 'strong' })).status, 200)
  })

  it('takes the tag and the time of the handler', async () => {
    const handler: RequestHandler = () =>
      new HttpResponse(200, 'x', undefined, [
        ['ETag', '"v7"'],
        ['Last-Modified', 'Tue, 05 Mar 2024 06:07:08 GMT'],
      ])
    assert.equal((await serve(handler, { 'if-none-match': '"v7"' })).status, 304)
    const since = { 'if-modified-since': 'Tue, 05 Mar 2024 06:07:08 GMT' }
    assert.equal((await serve(handler, since)).status, 304)
  })

  for (const [what, response] of [
    ['another status', new HttpResponse(404, 'hello')],
    ['no-store', new HttpResponse(200, 'hello', undefined, [['cache-control', 'no-store']])],
    ['an empty 204', new HttpResponse(204, null)],
  ] as const) {
    it(`leaves ${what} alone`, async () => {
      const { status, headers } = await serve(() => response, { 'if-none-match': '*' })
      assert.deepEqual([status, headers['etag']], [response.status, undefined])
    })
  }

  it('leaves other methods alone', async () => {
    assert.equal((await serve(plain, { 'if-none-match': '*' }, {}, 'POST /')).status, 200)
  })

  it('does not hash a body that is too long', async () => {
    assert.equal((await serve(plain, {}, { maxBytes: 4 })).headers['etag'], undefined)
    assert.notEqual((await serve(plain, {}, { maxBytes: 5 })).headers['etag'], undefined)
  })

  it('works for a handler that answers later', async () => {
    const later: RequestHandler = async (request) => plain(request)
    assert.equal((await serve(later, { 'if-none-match': TAG })).status, 304)
  })

  it('ends a stream with a tag of its own that is not sent', async () => {
    let isEnded = false
    const source = {
      [Symbol.asyncIterator]: () => source,
      next: async () => ({ value: 'x', done: false }) as const,
      return: async () => {
        isEnded = true
        return { value: undefined, done: true } as const
      },
    }
    const handler: RequestHandler = () =>
      new HttpResponse(200, new StreamBody(source), 'text/plain', [['etag', '"s"']])
    assert.equal((await serve(handler, { 'if-none-match': '"s"' })).status, 304)
    assert.ok(isEnded)
  })

  it('refuses options that cannot be meant', () => {
    assert.throws(() => conditional(plain, { etag: true as never }), OptionError)
    assert.throws(() => conditional(plain, { maxBytes: -1 }), OptionError)
    assert.throws(() => conditional(plain, { tag: 1 } as never), OptionError)
  })
})

describe('checkPreconditions', () => {
  const put = (headers: readonly (readonly [string, string])[]) =>
    createRequest({ method: 'PUT', headers })

  it('lets a request go on whose condition holds', () => {
    assert.equal(checkPreconditions(put([['If-Match', '"1"']]), { etag: '"1"' }), undefined)
  })

  it('answers 412 with the current tag to a lost update', () => {
    const response = checkPreconditions(put([['If-Match', '"1"']]), { etag: '"2"' })
    assert.equal(response?.status, 412)
    assert.deepEqual(response?.headers, [['etag', '"2"']])
  })

  it('answers 412 if what is to be created is there', () => {
    const create = put([['If-None-Match', '*']])
    assert.equal(checkPreconditions(create, { etag: '"1"' })?.status, 412)
    assert.equal(checkPreconditions(create, { exists: false }), undefined)
  })
})
