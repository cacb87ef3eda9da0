import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { HttpParseError } from '../../../src/http/errors.ts'
import { type BodySink, ChunkedDecoder } from '../../../src/http/h1/body/chunked-decoder.ts'

class Gathered implements BodySink {
  text = ''

  append(bytes: Uint8Array, start: number, end: number): void {
    this.text += Buffer.from(bytes).toString('latin1', start, end)
  }
}

interface Outcome {
  readonly text: string
  readonly isDone: boolean
  /** Bytes behind the body. */
  readonly rest: number
  readonly status: number
}

/** Decodes `pieces` one after the other. */
function decode(pieces: readonly string[]): Outcome {
  const decoder = new ChunkedDecoder()
  const sink = new Gathered()
  let rest = 0
  try {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece, 'latin1')
      const next = decoder.isDone ? 0 : decoder.decode(bytes, 0, bytes.length, sink)
      rest += bytes.length - next
    }
  } catch (error) {
    if (!(error instanceof HttpParseError)) throw error
    return { text: '', isDone: false, rest: 0, status: error.status }
  }
  return { text: sink.text, isDone: decoder.isDone, rest, status: 200 }
}

const VALID: readonly (readonly [name: string, input: string, text: string])[] = [
  ['no chunk', '0\r\n\r\n', ''],
  ['one chunk', '3\r\nabc\r\n0\r\n\r\n', 'abc'],
  ['several chunks', '1\r\na\r\n2\r\nbc\r\n0\r\n\r\n', 'abc'],
  [
    'upper and lower case sizes',
    'a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n',
    '01234567890123456789',
  ],
  ['leading zeros', '0003\r\nabc\r\n000\r\n\r\n', 'abc'],
  ['CRLF within data', '4\r\n\r\n\r\n\r\n0\r\n\r\n', '\r\n\r\n'],
  ['an extension', '3;a\r\nabc\r\n0\r\n\r\n', 'abc'],
  ['an extension with a value', '3;a=b;c=d\r\nabc\r\n0;e\r\n\r\n', 'abc'],
  ['a quoted extension', '3;a="b;\\"\t c"\r\nabc\r\n0\r\n\r\n', 'abc'],
  ['trailers', '3\r\nabc\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n', 'abc'],
]

const INVALID: readonly (readonly [name: string, input: string])[] = [
  ['no size', '\r\nabc'],
  ['a sign', '+3\r\nabc\r\n'],
  ['a negative size', '-3\r\nabc\r\n'],
  ['a prefix', '0x3\r\nabc\r\n'],
  ['a space before the size', ' 3\r\nabc\r\n'],
  ['a space behind the size', '3 \r\nabc\r\n'],
  ['a space before an extension', '3 ;a\r\nabc\r\n'],
  ['a letter that is no digit', '3g\r\nabc\r\n'],
  ['a size of nine digits', '000000003\r\nabc\r\n'],
  ['an overflowing size', 'fffffffffffffffff\r\nabc\r\n'],
  ['a bare LF behind the size', '3\nabc\r\n'],
  ['a bare CR behind the size', '3\rabc\r\n'],
  ['a bare LF behind the data', '3\r\nabc\n0\r\n\r\n'],
  ['a bare CR behind the data', '3\r\nabc\r0\r\n\r\n'],
  ['data longer than the size', '3\r\nabcd\r\n0\r\n\r\n'],
  ['an empty extension', '3;\r\nabc\r\n'],
  ['an extension without a name', '3;=b\r\nabc\r\n'],
  ['an extension without its value', '3;a=\r\nabc\r\n'],
  ['a space in an extension', '3;a b\r\nabc\r\n'],
  ['a LF in an extension', '3;a\nabc\r\n'],
  ['a LF in a quoted extension', '3;a="\n"\r\nabc\r\n'],
  ['an escaped NUL', '3;a="\\\0"\r\nabc\r\n'],
  ['text behind a quoted extension', '3;a="b"c\r\nabc\r\n'],
  ['extensions without end', `3;${'a'.repeat(2000)}`],
  ['a trailer without a colon', '0\r\nX-A\r\n\r\n'],
  ['a folded trailer', '0\r\nX-A: b\r\n c\r\n\r\n'],
  ['a bare LF behind a trailer', '0\r\nX-A: b\n\r\n'],
  ['a bare LF at the end', '0\r\n\n'],
]

describe('ChunkedDecoder', () => {
  for (const [name, input, text] of VALID) {
    it(`decodes ${name}, however it is cut`, () => {
      const expected: Outcome = { text, isDone: true, rest: 4, status: 200 }
      assert.deepEqual(decode([`${input}next`]), expected)
      assert.deepEqual(decode(`${input}next`.split('')), expected)
      for (let cut = 0; cut <= input.length; cut++) {
        assert.deepEqual(decode([input.slice(0, cut), `${input.slice(cut)}next`]), expected)
      }
    })
  }

  for (const [name, input] of INVALID) {
    it(`refuses ${name}, however it is cut`, () => {
      assert.equal(decode([input]).status, 400)
      assert.equal(decode(input.split('')).status, 400)
    })
  }

  it('refuses a trailer section that is too long', () => {
    assert.equal(decode([`0\r\n${'X-A: b\r\n'.repeat(33)}\r\n`]).status, 431)
    assert.equal(decode([`0\r\nX-A: ${'b'.repeat(9000)}`]).status, 431)
  })

  it('gives back what an encoder put in, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }), {
          maxLength: 6,
        }),
        fc.array(fc.nat(), { maxLength: 6 }),
        (chunks, cuts) => {
          const encoded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
          const input = `${encoded.join('')}0\r\n\r\nGET`
          assert.deepEqual(decode(cutAt(input, cuts)), {
            text: chunks.join(''),
            isDone: true,
            rest: 3,
            status: 200,
          })
        },
      ),
      { seed: 7, numRuns: 500 },
    )
  })

  it('says the same about any input, cut or not', () => {
    const alphabet = fc.constantFrom(...'0123aF;="\\:\r\n\r\n x-\0'.split(''))
    fc.assert(
      fc.property(
        fc.array(alphabet, { maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        (characters, cuts) => {
          const input = characters.join('')
          assert.deepEqual(decode(cutAt(input, cuts)), decode([input]))
        },
      ),
      { seed: 11, numRuns: 2000 },
    )
  })
})

function cutAt(input: string, cuts: readonly number[]): string[] {
  const offsets = [0, ...cuts.map((cut) => cut % (input.length + 1)), input.length]
  const sorted = offsets.toSorted((a, b) => a - b)
  return sorted.slice(1).map((end, index) => input.slice(sorted[index], end))
}
