import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpParseError } from '../../../src/http/errors.ts'
import { INCOMPLETE } from '../../../src/http/h1/request/bytes.ts'
import { parseHead } from '../../../src/http/h1/request/head-parser.ts'
import { KnownFields } from '../../../src/http/h1/request/known-fields.ts'
import { RequestHead } from '../../../src/http/h1/request/request-head.ts'
import { type Row, toCase } from '../../conformance/http1/case.ts'
import { LENGTH_FAMILY } from '../../conformance/http1/cases/content-length.ts'
import { FIELD_FAMILIES } from '../../conformance/http1/cases/fields.ts'
import { REQUEST_LINES } from '../../conformance/http1/cases/request-line.ts'
import { CODING_FAMILIES } from '../../conformance/http1/cases/transfer-encoding.ts'

/** One request head and what a strict parser has to say about it. */
interface HeadCase {
  readonly name: string
  readonly input: Buffer
  /** 200 if it is a request, else the status of the refusal. */
  readonly status: number
}

const LIMITS = { maxRequestLineBytes: 8192, maxHeaderBytes: 16_384, maxHeaderCount: 100 }

/** The families whose refusals are all of heads; only the first of each row is of interest here. */
const HEAD_CASES: readonly HeadCase[] = [
  ...REQUEST_LINES,
  ...FIELD_FAMILIES,
  LENGTH_FAMILY,
  ...CODING_FAMILIES,
].flatMap((family) => family.rows.map((row) => headCase(family.name, row)))

function headCase(family: string, row: Row): HeadCase {
  const { name, bytes, answers } = toCase(row)
  const status = Number(/^[45]\d\d$/.exec(answers[0] ?? '')?.[0] ?? 200)
  // What follows the head is none of the parser's business.
  const input = status === 200 ? bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4) : bytes
  return { name: `${family}: ${name}`, input, status }
}

/** Parses what is there: 200, the status of a refusal, or INCOMPLETE. */
function outcomeOf(input: Buffer, head: RequestHead, known?: KnownFields): number {
  try {
    const next = parseHead(input, 0, input.length, LIMITS, head, known)
    return next === INCOMPLETE ? INCOMPLETE : 200
  } catch (error) {
    if (error instanceof HttpParseError) return error.status
    throw error
  }
}

describe('parseHead', () => {
  it('has a good number of cases', () => {
    assert.ok(HEAD_CASES.length >= 150)
    assert.equal(new Set(HEAD_CASES.map((one) => one.name)).size, HEAD_CASES.length)
  })

  for (const { name, input, status } of HEAD_CASES) {
    it(`${status === 200 ? 'accepts' : `answers ${status} to`} ${name}`, () => {
      assert.equal(outcomeOf(input, new RequestHead()), status)
    })

    it(`never says otherwise when cut at any byte: ${name}`, () => {
      for (let cut = 0; cut < input.length; cut++) {
        const outcome = outcomeOf(input.subarray(0, cut), new RequestHead())
        const isConsistent = outcome === INCOMPLETE || (status !== 200 && outcome === status)
        assert.ok(isConsistent, `cut at ${cut}: ${outcome}`)
      }
    })

    it(`does not depend on where in the buffer it stands: ${name}`, () => {
      const around = Buffer.concat([Buffer.from('xyz'), input])
      let outcome = 200
      try {
        const next = parseHead(around, 3, around.length, LIMITS, new RequestHead(), undefined)
        if (next === INCOMPLETE) outcome = INCOMPLETE
      } catch (error) {
        outcome = (error as HttpParseError).status
      }
      assert.equal(outcome, status)
    })
  }

  it('finds the end of the head, and leaves what follows alone', () => {
    const text = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
    const bytes = Buffer.from(`${text}rest`)
    assert.equal(
      parseHead(bytes, 0, bytes.length, LIMITS, new RequestHead(), undefined),
      text.length,
    )
  })

  it('reads the parts of the request line', () => {
    const bytes = Buffer.from(
      'PUT http://a:1/b/c?d HTTP/1.1\r\nHost: a:1\r\nConnection: CLOSE\r\n\r\n',
    )
    const head = new RequestHead()
    parseHead(bytes, 0, bytes.length, LIMITS, head, undefined)
    const part = (start: number, end: number): string => bytes.toString('latin1', start, end)
    assert.equal(part(head.methodStart, head.methodEnd), 'PUT')
    assert.equal(part(head.pathStart, head.pathEnd), '/b/c')
    assert.equal(part(head.queryStart, head.targetEnd), 'd')
    assert.equal(part(head.authorityStart, head.authorityEnd), 'a:1')
    assert.equal(head.keepsAlive, false)
  })
})

describe('KnownFields', () => {
  const fields = 'Host: a\r\nContent-Length: 5\r\nUser-Agent: something or other of some length\r\n'
  const first = Buffer.from(`GET /1 HTTP/1.1\r\n${fields}\r\n`)
  const head = new RequestHead()
  const end = parseHead(first, 0, first.length, LIMITS, head, undefined)
  const known = KnownFields.keep(first, head.fieldsStart, end, fields, head.framing)

  it('stands for equal fields behind another request line', () => {
    const next = Buffer.from(`POST /22 HTTP/1.1\r\n${fields}\r\nhello`)
    const again = new RequestHead()
    assert.equal(
      parseHead(next, 0, next.length, LIMITS, again, known),
      next.length - 'hello'.length,
    )
    assert.equal(again.hasKnownFields, true)
    assert.equal(again.framing.contentLength, 5)
  })

  it('does not stand for fields that differ in one byte, or are cut', () => {
    for (let index = 0; index < fields.length; index++) {
      const changed = Buffer.from(`GET / HTTP/1.1\r\n${fields}\r\n`)
      const at = 'GET / HTTP/1.1\r\n'.length + index
      changed[at] = changed[at]! ^ 1
      const again = new RequestHead()
      outcomeOf(changed, again, known)
      assert.equal(again.hasKnownFields, false)
      assert.equal(outcomeOf(changed.subarray(0, at), new RequestHead(), known), INCOMPLETE)
    }
  })

  it('still checks what fields and request line say together', () => {
    const other = Buffer.from(`GET http://b/ HTTP/1.1\r\n${fields}\r\n`)
    assert.equal(outcomeOf(other, new RequestHead(), known), 400)
  })

  it('gives every case the same answer after a request with equal fields', () => {
    for (const { name, input, status } of HEAD_CASES) {
      if (status !== 200) continue
      const bytes = input
      const once = new RequestHead()
      const next = parseHead(bytes, 0, bytes.length, LIMITS, once, undefined)
      const kept = KnownFields.keep(bytes, once.fieldsStart, next, '', once.framing)
      const twice = new RequestHead()
      assert.equal(parseHead(bytes, 0, bytes.length, LIMITS, twice, kept), next, name)
      assert.deepEqual(twice.framing, once.framing, name)
    }
  })
})
