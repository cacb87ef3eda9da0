import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isSafe } from 'redos-detector'
import {
  bigint,
  bytes,
  date,
  datetime,
  decimal,
  duration,
  email,
  hostname,
  httpUrl,
  INVALID,
  Issues,
  int,
  ip,
  ipv4Network,
  ipv6,
  ipv6Network,
  localDatetime,
  num,
  type Schema,
  time,
  url,
  uuid,
} from '../../src/schema/index.ts'

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url))
/** Those whose patterns see what clients send. */
const FOLDERS = ['schema', 'app/inputs', 'app/routing']

/** Literals of regular expressions; a slash that divides has no such text after it on its line. */
const LITERAL =
  /(?<=[=(,?:!&|[]\s*|return\s+)\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)(?=[\s.,;)\]])/g

const LENGTH = 100_000

/** Texts on which patterns with two ways to match the same letter take quadratic time or worse. */
const HOSTILE = [
  '1',
  '0',
  'a',
  '.',
  '-',
  ':',
  '_',
  ' ',
  '=',
  '/',
  '@',
  '%',
  '[',
  'a.',
  'a-',
  '1_',
  '1.',
  '::',
  '1:',
  'P1',
  '1 day',
  'http://',
  '+',
  'é',
  '\ud83d\ude00',
].flatMap((piece) => {
  const run = piece.repeat(Math.ceil(LENGTH / piece.length))
  return [run, `${run}!`, `http://${run}`, `a@${run}!`, `1${run}x`, `P${run}X`]
})

const KINDS: Readonly<Record<string, Schema<unknown>>> = {
  bigint: bigint(),
  base64: bytes(),
  hex: bytes({ encoding: 'hex' }),
  date: date(),
  datetime: datetime(),
  decimal: decimal(),
  duration: duration(),
  email: email(),
  hostname: hostname(),
  httpUrl: httpUrl(),
  int: int(),
  ip: ip(),
  ipv4Network: ipv4Network(),
  ipv6: ipv6(),
  ipv6Network: ipv6Network(),
  localDatetime: localDatetime(),
  num: num(),
  time: time(),
  url: url({ maxLength: 200_000 }),
  uuid: uuid(),
}

function literalsOf(file: string): RegExp[] {
  const text = readFileSync(join(SOURCES, file), 'utf8').replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gm, '')
  return Array.from(text.matchAll(LITERAL), ([, source = '', flags]) => new RegExp(source, flags))
}

describe('built-in patterns', () => {
  const files = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: SOURCES }))
  const patterns = files.flatMap((file) => literalsOf(file).map((pattern) => ({ file, pattern })))

  it('are found in the sources', () => {
    assert.ok(patterns.length > 30, String(patterns.length))
  })

  it('know a pattern that takes exponential time', () => {
    assert.equal(isSafe(/^(a+)+$/).safe, false)
  })

  for (const { file, pattern } of patterns) {
    it(`${file}: ${pattern.source.slice(0, 60)}`, () => {
      const { safe, error } = isSafe(pattern, { maxScore: 200, timeout: 5000 })
      assert.ok(safe, `${pattern.source} backtracks: ${error}`)
    })
  }
})

describe('kinds of text', () => {
  for (const [name, schema] of Object.entries(KINDS)) {
    it(`${name} reads hostile texts of 100,000 characters in linear time`, () => {
      for (const text of HOSTILE) {
        const start = performance.now()
        const value = schema.checkText(text, new Issues())
        const elapsed = performance.now() - start
        assert.ok(value === INVALID || value !== undefined)
        assert.ok(elapsed < 300, `${name} took ${elapsed} ms on ${text.slice(0, 20)}`)
      }
    })
  }
})
