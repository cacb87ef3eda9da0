import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpParseError } from '../../../src/http/errors.ts'
import { INCOMPLETE } from '../../../src/http/h1/bytes.ts'
import { parseHead } from '../../../src/http/h1/head-parser.ts'
import { KnownFields } from '../../../src/http/h1/known-fields.ts'
import { RequestHead } from '../../../src/http/h1/request-head.ts'
import { CASE_LIMITS, HEAD_CASES } from './head-cases.ts'

/** Parses what is there: 200, the status of a refusal, or INCOMPLETE. */
function outcomeOf(input: Buffer, head: RequestHead, known?: KnownFields): number {
  try {
    const next = parseHead(input, 0, input.length, CASE_LIMITS, head, known)
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
      assert.equal(outcomeOf(Buffer.from(input, 'latin1'), new RequestHead()), status)
    })

    it(`never says otherwise when cut at any byte: ${name}`, () => {
      const bytes = Buffer.from(input, 'latin1')
      for (let cut = 0; cut < bytes.length; cut++) {
        const outcome = outcomeOf(bytes.subarray(0, cut), new RequestHead())
        const isConsistent = outcome === INCOMPLETE || (status !== 200 && outcome === status)
        assert.ok(isConsistent, `cut at ${cut}: ${outcome}`)
      }
    })

    it(`does not depend on where in the buffer it stands: ${name}`, () => {
      const around = Buffer.from(`xyz${input}`, 'latin1')
      let outcome = 200
      try {
        const next = parseHead(around, 3, around.length, CASE_LIMITS, new RequestHead(), undefined)
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
      parseHead(bytes, 0, bytes.length, CASE_LIMITS, new RequestHead(), undefined),
      text.length,
    )
  })

  it('reads the parts of the request line', () => {
    const bytes = Buffer.from(
      'PUT http://a:1/b/c?d HTTP/1.1\r\nHost: a:1\r\nConnection: CLOSE\r\n\r\n',
    )
    const head = new RequestHead()
    parseHead(bytes, 0, bytes.length, CASE_LIMITS, head, undefined)
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
  const end = parseHead(first, 0, first.length, CASE_LIMITS, head, undefined)
  const known = KnownFields.keep(first, head.fieldsStart, end, fields, head.framing)

  it('stands for equal fields behind another request line', () => {
    const next = Buffer.from(`POST /22 HTTP/1.1\r\n${fields}\r\nhello`)
    const again = new RequestHead()
    assert.equal(
      parseHead(next, 0, next.length, CASE_LIMITS, again, known),
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
      const bytes = Buffer.from(input, 'latin1')
      const once = new RequestHead()
      const next = parseHead(bytes, 0, bytes.length, CASE_LIMITS, once, undefined)
      const kept = KnownFields.keep(bytes, once.fieldsStart, next, '', once.framing)
      const twice = new RequestHead()
      assert.equal(parseHead(bytes, 0, bytes.length, CASE_LIMITS, twice, kept), next, name)
      assert.deepEqual(twice.framing, once.framing, name)
    }
  })
})
