import { Buffer } from 'node:buffer'
import { differences } from './differences.ts'
import type { Answer } from './documented-rules.ts'
import { openApiDifferences } from './openapi-differences.ts'
import type { Exchange } from './recording.ts'
import { eventsOf, linesOf } from './streamed-texts.ts'

/**
 * Where our answer differs from FastAPI's: in the status, in a header that FastAPI sends, or in the
 * body. OpenAPI documents are compared after the documented differences, streams event by event, docs
 * pages only by their type, other pages without regard to white space.
 *
 * @returns one line a difference
 */
export function answerDifferences({ request, answer }: Exchange, ours: Answer): string[] {
  const { scheme = 'http', host = 'testserver' } = request
  const plain = (name: string, value: HeaderValue): unknown =>
    plainHeader(name, value, `${scheme}://${host}`)
  const found = differences(ours.status, answer.status, 'status')
  const isEvents = String(answer.headers['content-type']).startsWith('text/event-stream')
  for (const [name, value] of Object.entries(answer.headers)) {
    if (isEvents && name === 'cache-control') continue
    if (name === 'accept-ranges' && answer.status === 404) continue // there is nothing to resume
    found.push(...differences(plain(name, ours.headers[name]), plain(name, value), name))
  }
  if (found.length > 0) return [...found, `our body: ${ours.text.slice(0, 500)}`]
  if (answer.file) return ours.text === '' ? ['body: ours is empty'] : []
  if (answer.page || isDocsPage(answer.text)) return []
  if (answer.json === undefined) return textDifferences(ours.text, answer)
  const json: unknown = JSON.parse(ours.text)
  return request.path.endsWith('/openapi.json')
    ? openApiDifferences(json, answer.json)
    : differences(json, answer.json, 'body')
}

function textDifferences(
  ours: string,
  { headers, text, base64 = '' }: Exchange['answer'],
): string[] {
  const theirs = text ?? Buffer.from(base64, 'base64').toString()
  const read = readerOf(String(headers['content-type']))
  return differences(read(ours), read(theirs), 'body')
}

/** What is compared of a text of that type. */
function readerOf(type: string): (text: string) => unknown {
  if (type.startsWith('text/event-stream')) return eventsOf
  if (type === 'application/jsonl') return linesOf
  if (/^text\/(html|css)/.test(type)) return (text) => text.replaceAll(/\s+/g, ' ').trim()
  return (text) => text
}

type HeaderValue = string | string[] | undefined

const TIMES = new Set(['x-process-time', 'x-response-time'])

/**
 * `SameSite=lax` is `SameSite=Lax` (RFC 6265, 5.2), names of headers have no case, and a location may
 * be relative (RFC 9110, 10.2.2).
 */
function plainHeader(name: string, value: HeaderValue, origin: string): unknown {
  if (typeof value !== 'string') return value
  if (name === 'location') return new URL(value, origin).href
  if (TIMES.has(name) && Number(value) > 0) return 'a time'
  if (name === 'vary') return value.toLowerCase()
  if (name !== 'set-cookie') return value
  return value.replace(/(?<=; )samesite=\w+/i, (attribute) => attribute.toLowerCase())
}

/** FastAPI's page loads Swagger UI or ReDoc from elsewhere; ours brings it along. */
function isDocsPage(text: string | undefined): boolean {
  return text !== undefined && /swagger-ui|swaggerUI|redoc/.test(text)
}
