import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { type FilePath, toFilePath } from '../../../src/http/static/file-path.ts'

const FOUND: readonly (readonly [path: string, found: FilePath])[] = [
  ['/', { kind: 'folder', path: '' }],
  ['/a', { kind: 'file', path: 'a' }],
  ['/a/', { kind: 'folder', path: 'a' }],
  ['/a/b.c', { kind: 'file', path: 'a/b.c' }],
  ['/%61', { kind: 'file', path: 'a' }],
  ['/a%20b', { kind: 'file', path: 'a b' }],
  ['/%2561', { kind: 'file', path: '%61' }],
  ['/a..b', { kind: 'file', path: 'a..b' }],
  ['/a..', { kind: 'file', path: 'a..' }],
  ['/%E2%82%AC', { kind: 'file', path: '\u20ac' }],
]

const ON_WINDOWS: readonly string[] = [
  '/C:',
  '/c:x',
  '/a:stream',
  '/a::$DATA',
  '/con',
  '/CON.txt',
  '/nul',
  '/aux.h',
  '/com1',
  '/COM%C2%B9.log',
  '/lpt9.txt',
  '/conin$',
  '/a.',
  '/a.txt%20',
  '/a./b',
  '/progra~1',
  '/a*',
  '/a%3f',
]

describe('toFilePath', () => {
  for (const [path, found] of FOUND) {
    it(`reads ${path}`, () => {
      assert.deepEqual(toFilePath(path, 'ignore', false), found)
    })
  }

  for (const path of ON_WINDOWS) {
    it(`refuses ${path} on Windows, where it means something else`, () => {
      assert.equal(toFilePath(path, 'allow', true).kind, 'refused')
      assert.equal(toFilePath(path, 'allow', false).kind, 'file')
    })
  }

  it('takes names on Windows that only look like devices', () => {
    for (const path of ['/console.js', '/nullable', '/com10.txt', '/comb', '/aux2']) {
      assert.equal(toFilePath(path, 'ignore', true).kind, 'file')
    }
  })

  it('treats dotfiles as it is told', () => {
    for (const path of ['/.env', '/%2eenv', '/a/.git/config', '/.well-known/']) {
      assert.deepEqual(toFilePath(path, 'ignore', false), { kind: 'refused', status: 404 })
      assert.deepEqual(toFilePath(path, 'deny', false), { kind: 'refused', status: 403 })
      assert.notEqual(toFilePath(path, 'allow', false).kind, 'refused')
    }
  })

  it('never throws, and never gives a name that leaves its folder', () => {
    const piece = fc.constantFrom(
      '.',
      '..',
      '/',
      '%2e',
      '%2f',
      '%5c',
      '%00',
      'a',
      '%',
      '\\',
      ';',
      '%c0%af',
      ':',
    )
    const path = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`)
    fc.assert(
      fc.property(path, fc.boolean(), (text, isWindows) => {
        const found = toFilePath(text, 'allow', isWindows)
        if (found.kind === 'refused' || found.path === '') return
        for (const name of found.path.split('/')) {
          assert.doesNotMatch(name, /^\.{0,2}$|[\\\0]/)
        }
      }),
      { seed: 9, numRuns: 20_000 },
    )
  })
})
