import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  RouteConflictError,
  type RouteMatch,
  RoutePatternError,
  Router,
} from '../../../src/http/index.ts'

/** A router whose values are the patterns themselves. */
function routerOf(...patterns: readonly string[]): Router<string> {
  const router = new Router<string>()
  for (const pattern of patterns) router.insert('GET', pattern, pattern)
  return router
}

function paramsOf(match: RouteMatch<string>): Record<string, string> | undefined {
  if (match.kind !== 'found') return undefined
  return Object.fromEntries(match.names.map((name, index) => [name, match.params[index]!]))
}

function found(match: RouteMatch<string>): string | undefined {
  return match.kind === 'found' ? match.value : undefined
}

describe('Router', () => {
  it('finds literal paths', () => {
    const router = routerOf('/', '/a', '/a/b', '/a/')
    for (const path of ['/', '/a', '/a/b', '/a/'])
      assert.equal(found(router.match('GET', path)), path)
    for (const path of ['', '/b', '/a/b/', '//', '/A']) {
      assert.equal(router.match('GET', path).kind, 'not-found', path)
    }
  })

  it('gives the parameters decoded, in order', () => {
    const router = routerOf('/users/{id}/posts/{slug}')
    assert.deepEqual(paramsOf(router.match('GET', '/users/a%20b/posts/%C3%A9')), {
      id: 'a b',
      slug: 'é',
    })
  })

  it('takes for each convertor what Starlette takes', () => {
    const cases: readonly [pattern: string, good: readonly string[], bad: readonly string[]][] = [
      ['/{x:int}', ['0', '007', '12345678901234567890'], ['-1', '1.0', 'a', '', '1e3', '٣']],
      ['/{x:float}', ['1', '1.5', '0.0'], ['.5', '1.', '-1.0', '1e3', 'a']],
      [
        '/{x:uuid}',
        ['0e37df36-f698-11e6-8dd4-cb9ced3df976', '0E37DF36-F698-11E6-8DD4-CB9CED3DF976'],
        ['0e37df36f69811e68dd4cb9ced3df976', '0e37df36-f698-11e6-8dd4-cb9ced3df97g'],
      ],
      ['/{x:str}', ['a', '%20'], ['', 'a/b']],
      ['/{x:path}', ['', 'a', 'a/b', 'a//b/'], []],
    ]
    for (const [pattern, good, bad] of cases) {
      const router = routerOf(pattern)
      for (const text of good)
        assert.equal(router.match('GET', `/${text}`).kind, 'found', pattern + text)
      for (const text of bad)
        assert.notEqual(router.match('GET', `/${text}`).kind, 'found', pattern + text)
    }
  })

  it('prefers literal to parameter to path, and narrow convertors to wide ones', () => {
    const router = routerOf('/{rest:path}', '/{x}', '/{x:float}', '/{x:int}', '/{x:uuid}', '/me')
    assert.equal(found(router.match('GET', '/me')), '/me')
    assert.equal(found(router.match('GET', '/1')), '/{x:int}')
    assert.equal(found(router.match('GET', '/1.5')), '/{x:float}')
    assert.equal(found(router.match('GET', '/0e37df36-f698-11e6-8dd4-cb9ced3df976')), '/{x:uuid}')
    assert.equal(found(router.match('GET', '/you')), '/{x}')
    assert.equal(found(router.match('GET', '/you/too')), '/{rest:path}')
  })

  it('goes back when a preferred branch leads nowhere', () => {
    const router = routerOf('/a/b/c', '/a/{x}/d', '/{y}/b/e', '/{rest:path}')
    assert.equal(found(router.match('GET', '/a/b/c')), '/a/b/c')
    assert.deepEqual(paramsOf(router.match('GET', '/a/b/d')), { x: 'b' })
    assert.deepEqual(paramsOf(router.match('GET', '/a/b/e')), { y: 'a' })
    assert.deepEqual(paramsOf(router.match('GET', '/a/b/f')), { rest: 'a/b/f' })
  })

  it('keeps an encoded slash within its segment, and decodes a path as a whole', () => {
    assert.deepEqual(paramsOf(routerOf('/{x}').match('GET', '/a%2Fb')), { x: 'a/b' })
    assert.deepEqual(paramsOf(routerOf('/f/{x:path}').match('GET', '/f/a%2Fb/c')), { x: 'a/b/c' })
  })

  it('finds a literal that is sent encoded', () => {
    const router = routerOf('/café/a b')
    assert.equal(found(router.match('GET', '/caf%C3%A9/a%20b')), '/café/a b')
  })

  it('matches nothing when the encoding is malformed', () => {
    for (const path of ['/%', '/%2', '/%zz', '/%FF', '/a/%E0%A4']) {
      assert.equal(routerOf('/{x}', '/a/{x:path}').match('GET', path).kind, 'not-found', path)
    }
  })

  it('does not take a property of objects for a route', () => {
    for (const path of ['/__proto__', '/constructor', '/toString']) {
      assert.equal(routerOf('/a').match('GET', path).kind, 'not-found')
    }
    assert.equal(routerOf('/a').match('constructor', '/a').kind, 'method-not-allowed')
  })

  it('answers HEAD with the GET route, unless there is one for HEAD', () => {
    const router = routerOf('/a', '/b')
    router.insert('HEAD', '/b', 'own')
    assert.equal(found(router.match('HEAD', '/a')), '/a')
    assert.equal(found(router.match('HEAD', '/b')), 'own')
  })

  it('lists the allowed methods when only the method is wrong', () => {
    const router = routerOf('/a/{x}')
    router.insert('DELETE', '/a/{y:int}', '')
    assert.deepEqual(router.match('POST', '/a/1'), {
      kind: 'method-not-allowed',
      allowed: ['DELETE', 'GET', 'HEAD'],
    })
    assert.deepEqual(router.match('POST', '/a/b'), {
      kind: 'method-not-allowed',
      allowed: ['GET', 'HEAD'],
    })
  })

  it('tells a path of the right shape whose convertor does not fit', () => {
    const router = routerOf('/users/{id:int}')
    router.insert('POST', '/users/{name}', '')
    const match = router.match('GET', '/users/abc')
    assert.equal(match.kind, 'unconvertible')
    assert.deepEqual(match.kind === 'unconvertible' && match.params, ['abc'])
  })

  it('refuses two routes of one shape, whatever their parameters are called', () => {
    assert.throws(() => routerOf('/a/{x}', '/a/{y}'), RouteConflictError)
    assert.throws(() => routerOf('/a', '/a'), RouteConflictError)
    assert.throws(() => routerOf('/{x:path}', '/{y:path}'), RouteConflictError)
    const router = routerOf('/a/{x}')
    router.insert('POST', '/a/{y}', '')
  })

  it('refuses patterns that cannot be read', () => {
    const patterns = ['', 'a', '/a?b', '/a#b', '/{', '/}', '/{}', '/{a', '/{1}', '/x{a}', '/{a}x']
    for (const pattern of [...patterns, '/{a:int', '/{a:no}', '/{a}/{a}', '/{a:path}/b']) {
      assert.throws(() => routerOf(pattern), RoutePatternError, pattern)
    }
  })

  it('agrees with a naive matcher on any set of routes', () => {
    const piece = fc.constantFrom('a', 'b', '1', '{p}', '{p:int}', '')
    const pattern = fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([pieces, hasRest]) => {
        const named = pieces.map((text, index) => text.replace('p', `p${index}`))
        return `/${named.join('/')}${hasRest ? '/{rest:path}' : ''}`
      })
    const path = fc
      .array(fc.constantFrom('a', 'b', '1', '22', 'a%62', ''), { minLength: 1, maxLength: 5 })
      .map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(fc.uniqueArray(pattern, { maxLength: 8 }), path, (patterns, target) => {
        const match = routerOf(...patterns).match('GET', target)
        assert.equal(found(match), naiveMatch(patterns, target))
      }),
      { seed: 3, numRuns: 3000 },
    )
  })
})

/** Rank of each segment, smaller first: the order in which the router prefers. */
function rankOf(segment: string): number {
  if (!segment.startsWith('{')) return 0
  if (segment.endsWith(':int}')) return 1
  return segment.endsWith(':path}') ? 3 : 2
}

/** Tries every pattern with a regular expression, and takes the first in order of preference. */
function naiveMatch(patterns: readonly string[], path: string): string | undefined {
  const decoded = path.slice(1).split('/').map(decodeURIComponent)
  const matching = patterns.filter((pattern) => {
    const source = pattern
      .split('/')
      .map((segment) => ['', '\\d+', '[^/]+', '.*'][rankOf(segment)] || segment)
      .join('/')
    return new RegExp(`^${source}$`).test(`/${decoded.join('/')}`)
  })
  const ranks = (pattern: string): number[] => pattern.slice(1).split('/').map(rankOf)
  return matching.toSorted((a, b) => {
    const [left, right] = [ranks(a), ranks(b)]
    for (let index = 0; ; index++) {
      const difference = (left[index] ?? 0) - (right[index] ?? 0)
      if (difference !== 0 || index >= left.length) return difference
    }
  })[0]
}
