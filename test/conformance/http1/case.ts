import { Buffer } from 'node:buffer'

/**
 * One row of a table: what it is about, the section of the RFC that rules it (`9112 3.2` is RFC 9112,
 * section 3.2), the bytes a client sends, one character each, and what the server answers.
 *
 * An answer is `200` and what the handler in judge.ts says, or the bare status of an error; `200 -`
 * has a head only. `close` behind the last means that the server ends the connection by itself, and
 * `400!` is short for `400`, `close`; otherwise the connection stays, and may wait for more.
 */
export type Row = readonly [name: string, section: string, input: string, ...answers: string[]]

/** Rows that go together, and the limits they are about. */
export interface Family {
  readonly name: string
  readonly rows: readonly Row[]
}

/** A row, taken apart. */
export interface Http1Case {
  readonly name: string
  readonly bytes: Buffer
  readonly answers: readonly string[]
  readonly closes: boolean
}

export function toCase([name, section, input, ...answers]: Row): Http1Case {
  const all = answers.flatMap((each) =>
    each.endsWith('!') ? [each.slice(0, -1), 'close'] : [each],
  )
  const closes = all.at(-1) === 'close'
  return {
    name: `RFC ${section.replace(' ', ', ')}: ${name}`,
    bytes: Buffer.from(input, 'latin1'),
    answers: closes ? all.slice(0, -1) : all,
    closes,
  }
}

/** The one field every request of HTTP/1.1 needs. */
export const HOST = 'Host: a\r\n'

/** A GET with more header lines, each with its CRLF. */
export function get(target: string, fields = ''): string {
  return `GET ${target} HTTP/1.1\r\n${HOST}${fields}\r\n`
}

/** A POST with the header lines that frame its body. */
export function post(fields: string, body = '', target = '/'): string {
  return `POST ${target} HTTP/1.1\r\n${HOST}${fields}\r\n${body}`
}

/** A POST in the chunked coding. */
export function chunked(body: string): string {
  return post('Transfer-Encoding: chunked\r\n', body)
}

/** A whole request with the given request line. */
export function line(requestLine: string): string {
  return `${requestLine}\r\n${HOST}\r\n`
}
