import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse, HttpServer } from '../../src/http/index.ts'
import { type WebSocket, WebSocketUpgrader } from '../../src/websocket/index.ts'
import { createAuthority } from '../support/certificates.ts'
import { findChromium, startChromium } from '../support/chromium.ts'

const chromium = findChromium()
const skip = chromium === undefined && 'no Chromium: install one, or name it in CHROMIUM_PATH'

/** Runs in the page: what comes back for two messages, and how the socket is closed. */
function talk(url: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    const seen: unknown[] = []
    const socket = new globalThis.WebSocket(url)
    socket.addEventListener('open', () => {
      socket.send('hello')
      socket.send('x'.repeat(100_000))
    })
    socket.addEventListener('message', ({ data }) => {
      seen.push(data.length > 100 ? data.length : data)
      if (seen.length === 2) socket.close(3001, 'done')
    })
    socket.addEventListener('close', ({ code, wasClean }) => resolve([...seen, code, wasClean]))
  })
}

describe('Chromium', { skip }, () => {
  it('opens its WebSocket over the connection of HTTP/2 that its page came over', async () => {
    const { server: tls } = await createAuthority()
    const versions: string[] = []
    const upgrader = new WebSocketUpgrader({ deflate: true })
    const echo = (socket: WebSocket): void => socket.onMessage((message) => socket.send(message))
    const server = new HttpServer(
      (request) => {
        if (request.path !== '/socket') return new HttpResponse(200, '<p>page', 'text/html')
        versions.push(request.httpVersion)
        return upgrader.upgrade(request, echo)
      },
      { tls },
    )
    await server.listen({ port: 0, host: '127.0.0.1' })
    const browser = await startChromium(chromium ?? '')
    try {
      const page = await browser.newPage({ ignoreHTTPSErrors: true })
      await page.goto(`https://127.0.0.1:${server.port}/`)
      const seen = await page.evaluate(talk, `wss://127.0.0.1:${server.port}/socket`)
      assert.deepEqual(seen, ['hello', 100_000, 3001, true])
      assert.deepEqual(versions, ['2'])
      assert.equal(server.stats().http2.sessions, 1)
    } finally {
      await browser.close()
      await server.close({ timeoutMs: 0 })
    }
  })
})
