import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, body, form } from '../../src/app/index.ts'
import { object, str } from '../../src/schema/index.ts'
import { csrf, httpBearer, session } from '../../src/security/index.ts'
import { RawClient } from '../http/support/raw-client.ts'

const SECRET = 'a secret of at least thirty-two bytes'

describe('security over a socket', () => {
  it('answers 401 to an upload before it has arrived', async () => {
    const app = new App()
    const inputs = { token: httpBearer(), data: body(object({ name: str() })) }
    app.post('/upload', { in: inputs }, ({ data }) => data.name)
    const server = await app.listen({ port: 0, host: '127.0.0.1' })
    const client = await RawClient.connect(server.port)
    client.send(
      'POST /upload HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n',
    )
    const answer = await client.until(/Not authenticated/)
    assert.match(answer, /^HTTP\/1\.1 401 /)
    assert.match(answer, /\r\nwww-authenticate: Bearer\r\n/i)
    client.destroy()
    await server.close()
  })

  it('keeps a session and its CSRF token with a browser of fetch', async () => {
    const cookie = { secure: false }
    const current = session<{ name: string }>({ secret: SECRET, cookie })
    const guard = csrf({ secret: SECRET, session: current, cookie })
    const app = new App()
    app.get('/', { in: { current, guard } }, (inputs) => inputs.current.data.name ?? 'nobody')
    app.post('/name', { in: { current, guard: guard.form, name: form(str()) } }, (inputs) => {
      inputs.current.regenerate()
      inputs.current.data.name = inputs.name
    })
    const server = await app.listen({ port: 0, host: '127.0.0.1' })
    const url = `http://127.0.0.1:${server.port}`
    const jar = new Map<string, string>()
    const send = async (path: string, fields?: Record<string, string>): Promise<Response> => {
      const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }
      const content =
        fields === undefined ? {} : { method: 'POST', body: new URLSearchParams(fields) }
      const response = await fetch(url + path, { headers, ...content })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        jar.set(name, value)
      }
      return response
    }
    assert.equal(await (await send('/')).json(), 'nobody')
    assert.deepEqual([...jar.keys()], ['csrf'])
    assert.equal((await send('/name', { name: 'Ann' })).status, 403)
    const named = await send('/name', { name: 'Ann', _csrf: jar.get('csrf') ?? '' })
    assert.equal(named.status, 200)
    assert.equal(await (await send('/')).json(), 'Ann')
    await server.close()
  })
})
