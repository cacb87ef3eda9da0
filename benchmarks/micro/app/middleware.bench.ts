/**
 * What a middleware adds to a request: `node benchmarks/micro/app/middleware.bench.ts`.
 *
 * An app in this process answers the same requests with and without; the lines of the headers that were
 * added are made, too. The smallest of all rounds counts: what else runs on the machine only adds.
 */
import assert from 'node:assert/strict'
import { App } from '../../../src/app/index.ts'
import { createRequest, HttpResponse } from '../../../src/http/index.ts'
import { fieldLines } from '../../../src/http/message/field-text.ts'
import {
  cors,
  type Middleware,
  type MiddlewareFunction,
  rateLimit,
  requestId,
  securityHeaders,
} from '../../../src/middleware/index.ts'

const ROUNDS = 25
const REQUESTS_PER_ROUND = 20_000
const REQUESTS = 1000

const ready: MiddlewareFunction = (request, next) => next(request)
const native: MiddlewareFunction = async (request, next) => next(request)

const CASES: Readonly<Record<string, readonly Middleware[]>> = {
  'no middleware': [],
  'a function': [ready],
  'three functions': [ready, ready, ready],
  'an async function': [native],
  'cors()': [cors()],
  'cors({ origins: [...] })': [cors({ origins: ['https://a.test', 'https://b.test'] })],
  'securityHeaders()': [securityHeaders()],
  'cors() and securityHeaders()': [cors(), securityHeaders()],
  'requestId()': [requestId()],
  'rateLimit()': [rateLimit({ limit: 1e9, windowSeconds: 60 })],
}

const requests = Array.from({ length: REQUESTS }, () =>
  createRequest({
    target: '/x',
    headers: [
      ['host', 'localhost'],
      ['origin', 'https://a.test'],
    ],
  }),
)

async function round(app: App): Promise<number> {
  const startMs = performance.now()
  for (let count = 0; count < REQUESTS_PER_ROUND; count++) {
    const request = requests[count % REQUESTS]
    assert.ok(request)
    const answer = app.handle(request)
    const response = answer instanceof HttpResponse ? answer : await answer
    if (response.headers !== undefined) fieldLines(response.headers, response.contentType)
    if (response.status !== 200) throw new Error(`Answered with ${response.status}`)
  }
  return ((performance.now() - startMs) * 1e6) / REQUESTS_PER_ROUND
}

const apps: { readonly name: string; readonly app: App; best: number }[] = []
for (const [name, use] of Object.entries(CASES)) {
  const app = new App({ use })
  app.get('/x', () => 'x')
  await app.start()
  apps.push({ name, app, best: Number.POSITIVE_INFINITY })
}
for (let count = 0; count < ROUNDS; count++) {
  for (const each of apps) each.best = Math.min(each.best, await round(each.app))
}
const plain = apps[0]?.best ?? 0
for (const { name, best, app } of apps) {
  const [whole, more] = [best, best - plain].map((ns) => ns.toFixed(0).padStart(6))
  console.log(`${name.padEnd(30)}${whole} ns${more} ns more`)
  await app.stop()
}
