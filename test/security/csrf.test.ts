import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { App } from '../../src/app/index.ts'
import { type CsrfOptions, csrf, sameOrigin, session } from '../../src/security/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { Browser } from './support/browser.ts'

const SECRET = 'a secret of at least thirty-two bytes'
const COOKIE = '__Host-csrf'

interface Data {
  readonly userId: number
}

function bank(options: Partial<CsrfOptions> = {}): { browser: () => Browser } {
  const current = session<Data>({ secret: SECRET })
  const guard = csrf({ secret: SECRET, session: current, ...options })
  const app = new App()
  app.get('/form', { in: { guard } }, (inputs) => inputs.guard.token)
  app.post('/login', { in: { current, guard } }, (inputs) => {
    inputs.current.regenerate()
    inputs.current.data.userId = 7
  })
  app.post('/transfer', { in: { guard } }, () => 'done')
  app.post('/form', { in: { guard: guard.form } }, () => 'done')
  app.post('/hooks/paid', { in: { guard } }, () => 'paid')
  const client = new TestClient(app)
  after(() => client.close())
  return { browser: () => new Browser(client) }
}

const header = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { 'x-csrf-token': token }

describe('csrf', () => {
  it('lets a page of ours send what it has read from its cookie', async () => {
    const ann = bank().browser()
    const { text } = await ann.get('/form')
    const token = ann.cookies.get(COOKIE)
    assert.equal(JSON.parse(text), token)
    assert.match(ann.received[0] ?? '', /^__Host-csrf=[\w.-]+; Path=\/; Secure; SameSite=Lax$/)
    assert.equal((await ann.post('/transfer', { headers: header(token) })).status, 200)
    assert.equal(ann.received.length, 1)
  })

  it('refuses a request without the token, or with another, and says so', async () => {
    const { browser } = bank()
    const ann = browser()
    await ann.get('/form')
    const eve = browser()
    await eve.get('/form')
    for (const sent of [undefined, '', 'x', eve.cookies.get(COOKIE)]) {
      const response = await ann.post('/transfer', { headers: header(sent) })
      assert.equal(response.status, 403)
      assert.deepEqual(response.json(), { detail: 'CSRF token missing or wrong' })
    }
  })

  it('refuses a token that the attacker has planted as a cookie', async () => {
    const { browser } = bank()
    const ann = browser()
    await ann.post('/login', { headers: header(await tokenOf(ann)) })
    const eve = browser()
    const planted = await tokenOf(eve)
    for (const forged of [planted, 'forged', 'a.b']) {
      ann.cookies.set(COOKIE, forged)
      const response = await ann.post('/transfer', { headers: header(forged) })
      assert.equal(response.status, 403)
    }
  })

  it('gives another token after a login: the old one was of nobody', async () => {
    const ann = bank().browser()
    const before = await tokenOf(ann)
    await ann.post('/login', { headers: header(before) })
    const token = ann.cookies.get(COOKIE)
    assert.notEqual(token, before)
    assert.equal((await ann.post('/transfer', { headers: header(before) })).status, 403)
    assert.equal((await ann.post('/transfer', { headers: header(token) })).status, 200)
  })

  it('refuses what the browser says comes from elsewhere, with any token', async () => {
    const ann = bank({ trustedOrigins: ['https://pay.example.com'] }).browser()
    const token = await tokenOf(ann)
    const cases = [
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ 'sec-fetch-site': 'same-origin' }, 200],
      [{ 'sec-fetch-site': 'none' }, 200],
      [{ origin: 'https://evil.example.com' }, 403],
      [{ origin: 'null' }, 403],
      [{ origin: 'https://testserver.evil.org' }, 403],
      [{ origin: 'https://testserver:444' }, 403],
      [{ origin: 'https://testserver' }, 200],
      [{ origin: 'http://testserver' }, 200],
      [{ origin: 'https://pay.example.com', 'sec-fetch-site': 'same-site' }, 200],
    ] as const
    for (const [headers, status] of cases) {
      const response = await ann.post('/transfer', { headers: { ...header(token), ...headers } })
      assert.equal(response.status, status, JSON.stringify(headers))
    }
  })

  it('takes the token from a field of a form, where the route says so', async () => {
    const ann = bank().browser()
    const token = await tokenOf(ann)
    const form = (fields: Record<string, string>): { form: URLSearchParams } => ({
      form: new URLSearchParams(fields),
    })
    assert.equal((await ann.post('/form', form({ _csrf: token, amount: '7' }))).status, 200)
    assert.equal((await ann.post('/form', form({ amount: '7' }))).status, 403)
    assert.equal((await ann.post('/transfer', form({ _csrf: token }))).status, 403)
  })

  it('leaves exempt paths alone, and no others', async () => {
    for (const exempt of [
      ['/hooks/*'],
      ['/hooks/paid'],
      ({ path = '' }) => path === '/hooks/paid',
    ]) {
      const ann = bank({ exempt }).browser()
      const headers = { 'sec-fetch-site': 'cross-site' }
      assert.equal((await ann.post('/hooks/paid', { headers })).status, 200)
      assert.equal((await ann.post('/transfer', { headers })).status, 403)
    }
  })

  it('refuses options that mean nothing', () => {
    const wrong: readonly object[] = [
      {},
      { secret: 'short' },
      { secret: SECRET, header: 'no header' },
      { secret: SECRET, trustedOrigins: ['https://a.example/path'] },
      { secret: SECRET, trustedOrigins: ['a.example'] },
      { secret: SECRET, exempt: ['hooks'] },
      { secret: SECRET, cookie: { name: '__Host-c', secure: false } },
      { secret: SECRET, sessions: {} },
    ]
    for (const options of wrong) {
      assert.throws(() => csrf(options as CsrfOptions), { code: 'CORE_OPTION' })
    }
  })
})

async function tokenOf(browser: Browser): Promise<string> {
  return (await browser.get('/form')).json<string>()
}

describe('sameOrigin', () => {
  it('refuses requests of other sites that change something, and no others', async () => {
    const app = new App()
    const guard = sameOrigin()
    app.get('/', { in: { guard } }, () => 'read')
    app.post('/', { in: { guard } }, () => 'written')
    const client = new TestClient(app)
    const headers = { 'sec-fetch-site': 'cross-site' }
    assert.equal((await client.get('/', { headers })).status, 200)
    assert.equal((await client.post('/', { headers })).status, 403)
    assert.equal((await client.post('/')).status, 200)
    await client.close()
  })
})
