import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from '../../src/http/index.ts'
import { withOrigin } from './support/origin.ts'

type Handler = Parameters<typeof withOrigin>[0]

/** Notes requests; `/go` redirects to where its query says, with the status it says. */
function redirector(): { seen: string[]; handler: Handler } {
  const seen: string[] = []
  const handler: Handler = (request) =>
    request.bytes().then((bytes) => {
      const query = new URLSearchParams(request.queryString)
      const auth = request.header('authorization') ?? '-'
      const type = request.header('content-type') ?? '-'
      const body = Buffer.from(bytes).toString()
      seen.push([request.method, request.path, auth, type, body].join(' ').trim())
      const to = query.get('to')
      if (to === null) return new HttpResponse(200, 'here', 'text/plain')
      return new HttpResponse(Number(query.get('status') ?? 302), 'moved', 'text/plain', [
        ['location', to],
      ])
    })
  return { seen, handler }
}

const METHODS: readonly (readonly [number, string, string])[] = [
  [301, 'GET', 'GET'],
  [302, 'GET', 'GET'],
  [303, 'GET', 'GET'],
  [307, 'GET', 'GET'],
  [308, 'GET', 'GET'],
  [301, 'POST', 'GET'],
  [302, 'POST', 'GET'],
  [303, 'POST', 'GET'],
  [307, 'POST', 'POST'],
  [308, 'POST', 'POST'],
  [301, 'PUT', 'PUT'],
  [303, 'PUT', 'GET'],
  [303, 'HEAD', 'HEAD'],
]

describe('redirects', () => {
  for (const [status, method, next] of METHODS) {
    it(`follow ${status} of ${method} with ${next}`, async () => {
      const { seen, handler } = redirector()
      await withOrigin(handler, async (client) => {
        const hasBody = method === 'POST' || method === 'PUT'
        const url = `/go?status=${status}&to=/there`
        const response = await client.request(method, url, hasBody ? { json: 1 } : {})
        assert.equal(response.status, 200)
        assert.equal(response.isRedirected, true)
        assert.ok(response.url.endsWith('/there'))
        assert.equal(client.stats().requests.redirects, 1)
      })
      const keeps = next === method && (method === 'POST' || method === 'PUT')
      assert.equal(seen[1], keeps ? `${next} /there - application/json 1` : `${next} /there - -`)
    })
  }

  it('keep credentials within an origin, and drop them on the way to another', async () => {
    const other = redirector()
    await withOrigin(other.handler, async (_otherClient, otherServer) => {
      const { seen, handler } = redirector()
      await withOrigin(
        handler,
        async (client) => {
          await client.get('/go?to=/same')
          await client.get(`/go?to=http://127.0.0.1:${otherServer.port}/foreign`)
        },
        { headers: { authorization: 'Bearer s' } },
      )
      assert.equal(seen[1], 'GET /same Bearer s -')
      assert.equal(other.seen[0], 'GET /foreign - -')
    })
  })

  it('stop after so many, with an error', async () => {
    const { seen, handler } = redirector()
    await withOrigin(handler, async (client) => {
      const loop = '/go?to=/go%3Fto%3D/go'
      const endless: Handler = () =>
        new HttpResponse(302, null, undefined, [['location', '/again']])
      await withOrigin(endless, async (lost) => {
        await assert.rejects(async () => lost.get('/', { maxRedirects: 3 }), {
          code: 'HTTP_CLIENT_REDIRECT',
          message: /redirected more than 3 times$/,
        })
        assert.equal(lost.stats().requests.total, 4)
      })
      assert.equal((await client.get(loop)).status, 200)
    })
    assert.equal(seen.length, 3)
  })

  it('are given as they are with maxRedirects 0', async () => {
    const { handler } = redirector()
    await withOrigin(handler, async (client) => {
      const response = await client.get('/go?to=/there', { maxRedirects: 0 })
      assert.deepEqual([response.status, response.header('location')], [302, '/there'])
      assert.equal(await response.text(), 'moved')
    })
  })

  it('cannot send a body again that can be read once', async () => {
    async function* pieces(): AsyncGenerator<string, void> {
      yield 'x'
    }
    const { handler } = redirector()
    await withOrigin(handler, async (client) => {
      await assert.rejects(
        async () => client.post('/go?status=307&to=/there', { body: pieces() }),
        {
          code: 'HTTP_CLIENT_REDIRECT',
          status: 307,
        },
      )
    })
  })

  for (const to of ['ftp://h/x', 'http://', 'javascript:alert(1)']) {
    it(`do not go to ${to}`, async () => {
      const { handler } = redirector()
      await withOrigin(handler, async (client) => {
        await assert.rejects(async () => client.get('/go', { query: { to } }), {
          code: 'HTTP_CLIENT_REDIRECT',
        })
      })
    })
  }

  it('without a location are responses', async () => {
    await withOrigin(
      () => new HttpResponse(302, 'where?', 'text/plain'),
      async (client) => {
        assert.equal((await client.get('/')).status, 302)
      },
    )
  })
})
