import type { HttpServer } from '../../../src/http/index.ts'
import { RawClient } from '../support/raw-client.ts'

/** A response as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** One character per byte. */
  readonly body: string
}

/** Sends one request on a connection of its own. */
export async function ask(
  server: HttpServer,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const client = await RawClient.connect(server.port)
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  client.send(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields.join('')}\r\n`)
  return parseAnswer(await client.untilEnd())
}

export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [status = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const raw = text.slice(end + 4)
  const isChunked = headers['transfer-encoding'] === 'chunked'
  return { status: Number(status.split(' ')[1]), headers, body: isChunked ? unchunk(raw) : raw }
}

/** @throws {Error} if the last chunk is missing */
function unchunk(text: string): string {
  let body = ''
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    if (lineEnd === -1 || Number.isNaN(size)) throw new Error('The chunked body has no end')
    if (size === 0) return body
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 2 + size + 2
  }
}
