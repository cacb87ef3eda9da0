import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { makeApp } from '../support.ts'

const PAGES = [
  { page: 'Swagger UI', path: '/docs', files: ['swagger-ui.css', 'swagger-ui-bundle.js'] },
  { page: 'ReDoc', path: '/redoc', files: ['redoc.standalone.js'] },
]

function linksOf(html: string): string[] {
  return Array.from(html.matchAll(/(?:src|href)="([^"]+)"/g), ([, url]) => url ?? '')
}

/** What a browser asks for, for a link on a page. */
function resolve(page: string, link: string): string {
  const { pathname, search } = new URL(link, `http://localhost${page}`)
  return pathname + search
}

for (const { page, path, files } of PAGES) {
  describe(page, () => {
    it('is served from the installed files alone', async () => {
      const { client } = makeApp({ title: 'A <b> & "c"' })
      const response = await client.get(path)
      assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
      assert.ok(response.text.includes(`<title>A &lt;b&gt; &amp; &quot;c&quot; - ${page}</title>`))
      assert.doesNotMatch(response.text, /https?:/)
      const links = linksOf(response.text)
      const names = links.map((link) => link.replace(/\?.*/, '').replace(/.*\//, ''))
      assert.deepEqual(names.toSorted(), ['favicon-32x32.png', 'init.js', ...files].toSorted())
      for (const link of links) {
        const file = await client.get(resolve(path, link))
        assert.equal(file.status, 200, link)
        assert.ok(file.bytes.length > 100, link)
      }
    })

    it('has no inline script, and a policy that allows none', async () => {
      const { client } = makeApp()
      const response = await client.get(path)
      const policy = response.headers.get('content-security-policy') ?? ''
      assert.match(policy, /script-src 'self'(;|$)/)
      assert.match(policy, /default-src 'none'/)
      assert.doesNotMatch(response.text, /<script>|<script [^>]*>[^<]|\son\w+=/)
    })

    it('lets browsers keep its versioned files for ever, and ask anew for all else', async () => {
      const { client } = makeApp()
      const [link = ''] = linksOf((await client.get(path)).text).filter((url) =>
        url.includes('?v='),
      )
      const file = await client.get(resolve(path, link))
      const unversioned = resolve(path, link).replace(/\?.*/, '')
      assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
      assert.equal((await client.get(unversioned)).headers.get('cache-control'), 'no-cache')
      const stale = await client.get(`${unversioned}?v=other`)
      assert.equal(stale.headers.get('cache-control'), 'no-cache')
      assert.equal((await client.get(path)).headers.get('cache-control'), 'no-cache')
    })

    it('names its files so that it works below any prefix', async () => {
      const { client } = makeApp()
      for (const link of linksOf((await client.get(path)).text)) {
        assert.doesNotMatch(link, /^\//)
        assert.ok(resolve(`/behind/a/proxy${path}`, link).startsWith(`/behind/a/proxy${path}/`))
      }
      const init = (await client.get(`${path}/init.js`)).text
      assert.match(init, /"openapi\.json"/)
    })
  })
}

describe('docs routes', () => {
  it('answer what the browser has with 304', async () => {
    const { client } = makeApp()
    for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui.css', '/redoc/init.js']) {
      const etag = (await client.get(path)).headers.get('etag') ?? ''
      assert.match(etag, /^W\/"/, path)
      const again = await client.get(path, { headers: { 'if-none-match': etag } })
      assert.equal(again.status, 304, path)
      assert.equal(again.bytes.length, 0)
    }
  })

  it('compress what is worth it, as the client wants it', async () => {
    const { app, client } = makeApp()
    for (let at = 0; at < 30; at++) app.get(`/items/${at}`, () => at)
    const plain = await client.get('/openapi.json', { headers: { 'accept-encoding': 'identity' } })
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync }
    for (const [coding, decode] of Object.entries(decoders)) {
      const headers = { 'accept-encoding': coding }
      const response = await client.get('/openapi.json', { headers })
      assert.equal(response.headers.get('content-encoding'), coding)
      assert.equal(response.headers.get('vary'), 'accept-encoding')
      assert.ok(response.bytes.length < plain.bytes.length / 3)
      assert.equal(decode(response.bytes).toString(), plain.text)
    }
    const small = await client.get('/docs/init.js', { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(small.headers.get('content-encoding'), null)
  })

  it('move or go away', async () => {
    const { client: moved } = makeApp({
      docs: '/help/api',
      redoc: '/help/more',
      openapi: '/api.json',
    })
    assert.equal((await moved.get('/docs')).status, 404)
    assert.equal((await moved.get('/help/api')).status, 200)
    assert.match((await moved.get('/help/api/init.js')).text, /"\.\.\/api\.json"/)
    assert.match((await moved.get('/help/more/init.js')).text, /"\.\.\/api\.json"/)
    const { client: noPage } = makeApp({ docs: false })
    assert.equal((await noPage.get('/docs')).status, 404)
    assert.equal((await noPage.get('/redoc')).status, 200)
    assert.equal((await noPage.get('/openapi.json')).status, 200)
    const { client: nothing } = makeApp({ openapi: false })
    for (const path of ['/docs', '/redoc', '/openapi.json']) {
      assert.equal((await nothing.get(path)).status, 404)
    }
  })

  it('look as they are told', async () => {
    const { client } = makeApp({
      swaggerUi: {
        title: 'Shop',
        favicon: 'https://cdn.example.com/icon.png',
        css: '/own.css',
        parameters: { deepLinking: false, syntaxHighlight: { theme: 'obsidian' } },
        initOAuth: { clientId: 'shop-docs', usePkceWithAuthorizationCodeGrant: true },
      },
      redocOptions: { parameters: { hideDownloadButtons: true } },
    })
    const { text, headers } = await client.get('/docs')
    assert.match(text, /<title>Shop<\/title>/)
    assert.match(text, /<link rel="icon" href="https:\/\/cdn\.example\.com\/icon\.png">/)
    assert.match(text, /swagger-ui\.css[^>]*>\n<link rel="stylesheet" href="\/own\.css">/)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /img-src 'self' data: https:\/\/cdn\.example\.com;/)
    const init = (await client.get('/docs/init.js')).text
    assert.match(init, /"deepLinking": false/)
    assert.match(init, /"theme": "obsidian"/)
    assert.match(init, /ui\.initOAuth\(\{"clientId":"shop-docs"/)
    assert.match((await client.get('/redoc/init.js')).text, /"hideDownloadButtons": true/)
  })

  it('have the page that OAuth2 providers send the browser back to', async () => {
    const { client } = makeApp()
    const page = await client.get('/docs/oauth2-redirect')
    const [icon = '', script = ''] = linksOf(page.text)
    for (const link of [icon, script]) {
      assert.equal((await client.get(resolve('/docs/oauth2-redirect', link))).status, 200)
    }
    const { text } = await client.get(resolve('/docs/oauth2-redirect', script))
    assert.match(text, /swaggerUIRedirectOauth2/)
    assert.match(
      (await client.get('/docs/init.js')).text,
      /oauth2RedirectUrl \?\?= .*docs\/oauth2-redirect/,
    )
    const { client: moved } = makeApp({ swaggerUi: { oauth2RedirectPath: '/back' } })
    assert.equal((await moved.get('/back')).status, 200)
  })

  it('refuse options that no page has', () => {
    const wrong = [
      { docs: 'docs' },
      { redoc: '/{id}' },
      { openapi: '/a?b' },
      { swaggerUi: { titel: 'x' } },
      { swaggerUi: { title: 1 } },
      { swaggerUi: { parameters: null } },
      { swaggerUi: { oauth2RedirectPath: 'x' } },
      { redocOptions: { initOAuth: {} } },
    ]
    for (const options of wrong) {
      assert.throws(
        () => makeApp(options as never),
        { code: 'CORE_OPTION' },
        JSON.stringify(options),
      )
    }
  })
})
