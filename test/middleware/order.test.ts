import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, get, router } from '../../src/index.ts'
import type { MiddlewareFunction } from '../../src/middleware/index.ts'
import { TestClient } from '../../src/testing/index.ts'

/** Notes when it is entered and left. */
function noting(name: string, seen: string[]): MiddlewareFunction {
  const note: MiddlewareFunction = (request, next) => {
    seen.push(`${name} in`)
    return next(request).then((response) => {
      seen.push(`${name} ${response.status}`)
      return response
    })
  }
  Object.defineProperty(note, 'name', { value: name })
  return note
}

describe('use', () => {
  it('puts the first one outermost: app, router, route', async () => {
    const seen: string[] = []
    const app = new App({ use: [noting('a', seen), noting('b', seen)] })
    app.use(noting('c', seen))
    const item = get('/x', { use: [noting('route', seen)] }, () => {
      seen.push('handler')
      return 1
    })
    const inner = router({ item }, { use: [noting('inner', seen)] })
    app.include(router({ inner }, { use: [noting('outer', seen)] }))
    await using client = new TestClient(app)
    await client.get('/x')
    const names = ['a', 'b', 'c', 'outer', 'inner', 'route']
    assert.deepEqual(seen, [
      ...names.map((name) => `${name} in`),
      'handler',
      ...names.toReversed().map((name) => `${name} 200`),
    ])
  })
})
