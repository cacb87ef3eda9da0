import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Busboy } from '@fastify/busboy'
import * as fc from 'fast-check'
import { HttpError } from '../../../src/http/index.ts'
import { cleanFilename } from '../../../src/http/multipart/filename.ts'
import { MultipartParser } from '../../../src/http/multipart/multipart-parser.ts'
import { INVALID, VALID } from './cases.ts'
import { readParts } from './support.ts'

/** More for a long run: `FUZZ_RUNS=1000000 node --test test/http/multipart/fuzz.test.ts`. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 3000)
const SEED = Number(process.env['FUZZ_SEED'] ?? 5)

interface FuzzPart {
  readonly name: string
  readonly filename: string | undefined
  readonly value: string
}

/** The parts, or why there are none; the parser is fed in pieces that end at the cuts. */
function parse(body: Buffer, cuts: readonly number[] = []): FuzzPart[] | string {
  const parser = new MultipartParser('b', 400)
  const ends = [...cuts.map((cut) => cut % (body.length + 1)), body.length].toSorted(
    (a, b) => a - b,
  )
  const parts: FuzzPart[] = []
  let from = 0
  let value = ''
  try {
    for (const end of ends) {
      parser.push(body.subarray(from, end))
      from = end
      for (let token = parser.next(); token !== 'more' && token !== 'end'; token = parser.next()) {
        if (token === 'data') value += parser.data.toString('latin1')
        if (token !== 'part-end') continue
        const { name, filename } = parser.part!
        parts.push({ name, filename, value })
        value = ''
      }
    }
    parser.finish()
    return parts
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    return String(error.detail)
  }
}

/** Bodies of the cases with a few bytes removed, repeated, or put in from a list of bad ones. */
const mutated = fc
  .tuple(
    fc.constantFrom(
      ...[...VALID, ...INVALID]
        .filter(({ boundary }) => boundary === undefined)
        .map(({ body }) => body),
    ),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(12),
        fc.constantFrom(
          '',
          '\r',
          '\n',
          '\r\n',
          '--',
          '--b',
          '\r\n--b',
          '\r\n--b--',
          '"',
          ';',
          '\0',
          '\\',
        ),
        fc.constantFrom('insert', 'replace', 'repeat'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([body, changes]) => {
    let text = body
    for (const [position, length, piece, kind] of changes) {
      const at = position % (text.length + 1)
      const kept = kind === 'insert' ? at : at + length
      const repeated = kind === 'repeat' ? text.slice(at, kept) : ''
      text = text.slice(0, at) + piece + repeated + repeated + text.slice(kept)
    }
    return Buffer.from(text, 'latin1')
  })

describe('MultipartParser', () => {
  it('reads the same, or fails in the same way, however broken input is cut', () => {
    fc.assert(
      fc.property(mutated, fc.array(fc.nat(), { maxLength: 6 }), (body, cuts) => {
        assert.deepEqual(parse(body, cuts), parse(body))
      }),
      { seed: SEED, numRuns: RUNS * 3 },
    )
  })

  it('reads nothing that busboy reads in another way', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(mutated, async (body) => {
        const parts = parse(body)
        if (typeof parts === 'string') return
        accepted++
        assert.deepEqual((await parseWithBusboy(body)).map(asWeSee), parts.map(asText))
      }),
      { seed: SEED, numRuns: RUNS },
    )
    assert.ok(accepted > RUNS / 10, `${accepted} were forms`)
  })

  it('reads what a browser-like encoder writes', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((value) => value.toWellFormed())
    const entry = fc.record({
      name: text,
      value: fc.oneof(text, fc.uint8Array({ maxLength: 200 })),
      filename: fc.stringMatching(/^[^/\\.\p{C}\s]{1,20}$/u),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), fc.nat(70), async (entries, size) => {
        const form = new FormData()
        for (const { name, value, filename } of entries) {
          if (typeof value === 'string') form.append(name, value)
          else form.append(name, new Blob([value]), filename)
        }
        const sent = new Response(form)
        const [, boundary] = /boundary=(.*)$/.exec(sent.headers.get('content-type') ?? '') ?? []
        const body = Buffer.from(await sent.arrayBuffer())
        const chunks = Array.from({ length: Math.ceil(body.length / (size + 1)) }, (_, at) =>
          body.subarray(at * (size + 1), (at + 1) * (size + 1)),
        )
        const parts = await readParts(chunks, boundary, {})
        assert.deepEqual(
          parts.map(({ name, value, filename }) => [name, value, filename]),
          entries.map(({ name, value, filename }) => [
            withLineEnds(name),
            Buffer.from(typeof value === 'string' ? withLineEnds(value) : value).toString('latin1'),
            typeof value === 'string' ? undefined : filename,
          ]),
        )
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})

/** Encoders send all line ends as CRLF: WHATWG HTML, "multipart/form-data encoding algorithm". */
function withLineEnds(text: string): string {
  return text.replaceAll(/\r\n|\r|\n/g, '\r\n')
}

function parseWithBusboy(body: Buffer): Promise<FuzzPart[]> {
  return new Promise((resolve, reject) => {
    const parts: { name: string; filename: string | undefined; value: string }[] = []
    const busboy = new Busboy({
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      isPartAFile: (_name, _type, filename) => filename !== undefined,
    })
    busboy.on('file', (name, stream, filename) => {
      const part = { name, filename, value: '' }
      parts.push(part)
      stream.on('data', (data: Buffer) => {
        part.value += data.toString('latin1')
      })
    })
    busboy.on('field', (name, value) => {
      parts.push({ name, filename: undefined, value: Buffer.from(value).toString('latin1') })
    })
    busboy.on('finish', () => resolve(parts))
    busboy.on('error', reject)
    busboy.end(body)
  })
}

/** Where we differ on purpose. */
function asWeSee({ name, filename, value }: FuzzPart): FuzzPart {
  return {
    name: unescapePercents(name),
    filename: filename === undefined ? undefined : cleanFilename(unescapePercents(filename)),
    value,
  }
}

/** busboy leaves `%22`, `%0D` and `%0A` as browsers send them. */
function unescapePercents(text: string): string {
  return text.replaceAll(/%(?:22|0A|0D)/gi, (triplet) => decodeURIComponent(triplet))
}

/** busboy decodes fields, which are text; we leave that to who asks for text. */
function asText(part: FuzzPart): FuzzPart {
  if (part.filename !== undefined) return part
  const text = Buffer.from(part.value, 'latin1').toString('utf8')
  return { ...part, value: Buffer.from(text).toString('latin1') }
}
