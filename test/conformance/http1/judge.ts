import assert from 'node:assert/strict'
import type { Buffer } from 'node:buffer'
import {
  HttpError,
  type HttpRequest,
  HttpResponse,
  type RequestHandler,
  StreamBody,
} from '../../../src/http/index.ts'

const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

async function* twoWords(): AsyncGenerator<string> {
  yield 'one '
  yield 'two'
}

/** Answers what it has understood: method, target and body. */
function echo(request: HttpRequest): PromiseLike<HttpResponse> {
  return request.bytes().then((bytes) => {
    const body = (bytes as Buffer).toString('latin1')
    const text = `${request.method} ${request.target}${body === '' ? '' : ` ${body}`}`
    return latin1(200, text)
  })
}

function latin1(status: number, text: string): HttpResponse {
  return new HttpResponse(
    status,
    Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
  )
}

/** The handler all cases are judged by; some paths make it do something else than echo. */
export const judgedHandler: RequestHandler = (request) => {
  const { path } = request
  const said = `${request.method} ${request.target}`
  if (path.startsWith('/field/')) return latin1(200, `${request.header(path.slice(7))}`)
  switch (path) {
    case '/unread':
      return latin1(200, said)
    case '/close':
      return new HttpResponse(200, said, undefined, [['connection', 'close']])
    case '/empty':
      return new HttpResponse(200, null)
    case '/long':
      return new HttpResponse(200, 'x'.repeat(100_000))
    case '/stream':
      return new HttpResponse(200, new StreamBody(twoWords()))
    case '/split':
      return new HttpResponse(200, said, undefined, [['x-a', 'b\r\nx-c: d']])
    case '/framed':
      return new HttpResponse(200, said, undefined, [['content-length', '3']])
    case '/fail':
      throw new Error('A handler that fails')
    case '/404':
      throw new HttpError(404)
    case '/205':
      return new HttpResponse(205, null)
    case '/201':
    case '/204':
    case '/304':
      return new HttpResponse(Number(path.slice(1)), said)
    default:
      return echo(request)
  }
}

/** Responses taken apart, each as `200 body`, a bare status if it is a refusal, `200 -` without body. */
export interface Verdict {
  readonly answers: string[]
  /** The last response says that the connection ends. */
  readonly saysClose: boolean
}

/**
 * Reads all responses, and holds each against what RFC 9112 asks of a response.
 *
 * @param expected - tells which responses have no body, which a client knows from its requests
 */
export function readResponses(sent: string, expected: readonly string[]): Verdict {
  const answers: string[] = []
  let saysClose = false
  for (let at = 0; at < sent.length; ) {
    assert.equal(saysClose, false, `text behind the last response: ${sent.slice(at, at + 99)}`)
    const headEnd = sent.indexOf('\r\n\r\n', at) + 4
    assert.notEqual(headEnd, 3, `a response without an end: ${sent.slice(at, at + 99)}`)
    const [statusLine = '', ...lines] = sent.slice(at, headEnd - 4).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) [\w' -]+$/.exec(statusLine)?.[1])
    assert.ok(status >= 100 && status < 600, statusLine)
    if (status === 100) {
      assert.deepEqual(lines, [])
      if (expected[answers.length] === '100') answers.push('100')
      at = headEnd
      continue
    }
    const fields = readFields(lines)
    saysClose = fields.get('connection') === 'close'
    const isHeadOnly = expected[answers.length]?.endsWith(' -') === true
    const { body, end } = readBody(sent, headEnd, status, fields, isHeadOnly)
    answers.push(
      body === undefined ? `${status} -` : status < 400 ? `${status} ${body}` : `${status}`,
    )
    at = end
  }
  return { answers, saysClose }
}

function readFields(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([a-z-]+): ([\x20-\x7e]+)$/.exec(line) ?? []
    assert.notEqual(name, '', `no header line: ${line}`)
    assert.equal(fields.has(name), false, `two ${name}`)
    fields.set(name, value)
  }
  assert.match(fields.get('date') ?? '', DATE)
  return fields
}

interface Body {
  /** Undefined if there is none by the rules. */
  readonly body: string | undefined
  readonly end: number
}

function readBody(
  sent: string,
  start: number,
  status: number,
  fields: ReadonlyMap<string, string>,
  isHeadOnly: boolean,
): Body {
  const length = fields.get('content-length')
  if (status === 204 || status === 304) {
    assert.equal(length, undefined)
    assert.equal(fields.has('transfer-encoding'), false)
    return { body: undefined, end: start }
  }
  if (isHeadOnly) return { body: undefined, end: start }
  if (fields.get('transfer-encoding') === 'chunked') {
    assert.equal(length, undefined)
    return readChunks(sent, start)
  }
  assert.equal(fields.has('transfer-encoding'), false)
  if (length === undefined) {
    assert.equal(fields.get('connection'), 'close')
    return { body: sent.slice(start), end: sent.length }
  }
  assert.match(length, /^\d+$/)
  const end = start + Number(length)
  assert.ok(end <= sent.length, 'a body cut short')
  return { body: sent.slice(start, end), end }
}

function readChunks(sent: string, start: number): Body {
  let body = ''
  for (let at = start; ; ) {
    const lineEnd = sent.indexOf('\r\n', at)
    const size = Number.parseInt(sent.slice(at, lineEnd), 16)
    assert.ok(size >= 0, 'a chunk without a size')
    const dataEnd = lineEnd + 2 + size
    assert.equal(sent.slice(dataEnd, dataEnd + 2), '\r\n')
    if (size === 0) return { body, end: dataEnd + 2 }
    body += sent.slice(lineEnd + 2, dataEnd)
    at = dataEnd + 2
  }
}
