import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import * as future from '../../src/future/index.ts'

const page = readFileSync(new URL('../../docs/ASYNC_FEATURES.md', import.meta.url), 'utf8')

/** Everything in backquotes under a heading, or in the headings alone. */
function wordsOf(text: string): Set<string> {
  const code = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, inline = '']) => inline)
  return new Set(code.flatMap((inline) => inline.split(/[^\w$]+/)))
}

/** Headings that are no export: members of a class, and words of the language. */
const MEMBERS = new Set([
  'Future',
  'withResolvers',
  'ready',
  'failed',
  'try',
  'from',
  'isPending',
  'isReady',
  'isFailed',
  'get',
  'then',
  'catch',
  'catchType',
  'finally',
  'thenWrapped',
  'tap',
  'discard',
  'ignore',
  'toPromise',
  'executeMany',
  'stats',
  'onStage',
  'await',
  // A type.
  'Clock',
])

describe('docs/ASYNC_FEATURES.md', () => {
  const exported = Object.keys(future)
  const headings = page.match(/^#{2,3} .*$/gm) ?? []
  const titled = wordsOf(headings.join('\n'))
  const listed = wordsOf(page.slice(page.indexOf('\n## Errors')))

  it('has a heading for every function and class of fasterapi/future, and names every error', () => {
    assert.ok(exported.length > 50)
    const missing = exported.filter((name) => {
      if (name === 'Future') return false
      return /^[A-Z].*Error$/.test(name) ? !listed.has(name) : !titled.has(name)
    })
    assert.deepEqual(missing, [])
  })

  it('has headings for nothing else', () => {
    const unknown = [...titled].filter((name) => name !== '' && !exported.includes(name))
    assert.deepEqual(
      unknown.filter((name) => !MEMBERS.has(name)),
      [],
    )
  })

  it('has a heading for every method of Future', () => {
    const members = Object.getOwnPropertyNames(future.Future.prototype)
    const internal = [
      'constructor',
      'run',
      'onSettled',
      'call',
      'attempt',
      'waitFor',
      'store',
      'takeUnhandled',
    ]
    const missing = members.filter((name) => !internal.includes(name) && !titled.has(name))
    assert.deepEqual(missing, [])
  })

  it('has a program under every heading in code', () => {
    const sections = page.split(/^### /m).slice(1)
    const bare = sections
      .filter((section) => section.startsWith('`') && !section.includes('```ts\n'))
      .map((section) => section.slice(0, section.indexOf('\n')))
    assert.deepEqual(bare, [])
  })
})
