import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reply, signedCookie } from '../../src/app/index.ts'
import { CookieSigner, findCookie } from '../../src/http/index.ts'
import { int, optional, str } from '../../src/schema/index.ts'
import { locations, makeApp } from './support.ts'

const signer = new CookieSigner('a secret of at least thirty-two bytes')

describe('signedCookie', () => {
  const { app, client } = makeApp()
  app.post('/login', () =>
    reply(200, 'ok', {
      headers: { 'x-y': 'z' },
      cookies: [
        { name: 'session', value: 'user é; 7', signer, secure: true },
        { name: 'theme', value: 'dark', httpOnly: false },
      ],
    }),
  )
  app.get('/me', { in: { session: signedCookie(signer) } }, ({ session }) => session)
  app.get(
    '/maybe',
    { in: { id: signedCookie('user-id', signer, optional(int())) } },
    ({ id }) => id ?? 'none',
  )

  it('is read back as it was set by a reply', async () => {
    const login = await client.post('/login')
    const [session = '', theme] = login.headers.getSetCookie()
    assert.equal(theme, 'theme=dark; Path=/; SameSite=Lax')
    assert.match(session, /^session=[\w-]+\.[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
    assert.equal(login.headers.get('x-y'), 'z')
    const cookies = { session: findCookie(session.split(';', 1)[0], 'session') ?? '' }
    assert.equal((await client.get('/me', { cookies })).json(), 'user é; 7')
  })

  it('counts as absent if it was not signed, or for another name', async () => {
    const cookies = { session: signer.sign('other', 'user 7') }
    assert.deepEqual(locations(await client.get('/me', { cookies })), ['missing cookie.session'])
    assert.equal((await client.get('/maybe', { cookies: { 'user-id': '7' } })).json(), 'none')
  })

  it('is checked by its schema', async () => {
    const good = { 'user-id': signer.sign('user-id', '7') }
    assert.equal((await client.get('/maybe', { cookies: good })).json(), 7)
    const bad = { 'user-id': signer.sign('user-id', 'x') }
    assert.deepEqual(locations(await client.get('/maybe', { cookies: bad })), [
      'int_parsing cookie.user-id',
    ])
  })

  it('needs a signer', () => {
    assert.throws(() => signedCookie('name' as never, str() as never), { code: 'CORE_OPTION' })
    assert.throws(() => signedCookie(undefined as never), { code: 'CORE_OPTION' })
  })

  it('is not told apart by name only', async () => {
    const { app, client } = makeApp()
    const other = new CookieSigner('another secret of at least 32 bytes.')
    app.get(
      '/',
      {
        in: {
          a: signedCookie('s', signer, optional(str())),
          b: signedCookie('s', other, optional(str())),
        },
      },
      ({ a, b }) => ({ a, b }),
    )
    const cookies = { s: other.sign('s', '7') }
    assert.deepEqual((await client.get('/', { cookies })).json(), { b: '7' })
  })
})

describe('reply', () => {
  it('refuses cookies that browsers would', () => {
    assert.throws(() => reply(200, '', { cookies: [{ name: '__Host-a', value: '1' }] }), {
      code: 'CORE_OPTION',
      message: /cookie __Host-a\.secure/,
    })
  })
})
