import { differences } from './differences.ts'
import type { Answer } from './documented-rules.ts'
import { openApiDifferences } from './openapi-differences.ts'
import type { Exchange } from './recording.ts'

/**
 * Where our answer differs from FastAPI's: in the status, in a header that FastAPI sends, or in the
 * body. OpenAPI documents are compared after the documented differences, docs pages only by their
 * type, other pages without regard to white space.
 *
 * @returns one line a difference
 */
export function answerDifferences({ request, answer }: Exchange, ours: Answer): string[] {
  const { scheme = 'http', host = 'testserver' } = request
  const plain = (name: string, value: HeaderValue): unknown =>
    plainHeader(name, value, `${scheme}://${host}`)
  const found = differences(ours.status, answer.status, 'status')
  for (const [name, value] of Object.entries(answer.headers)) {
    if (name === 'accept-ranges' && answer.status === 404) continue // there is nothing to resume
    found.push(...differences(plain(name, ours.headers[name]), plain(name, value), name))
  }
  if (found.length > 0) return [...found, `our body: ${ours.text.slice(0, 500)}`]
  if (answer.file) return ours.text === '' ? ['body: ours is empty'] : []
  if (answer.page || isDocsPage(answer.text)) return []
  if (answer.json === undefined) {
    const isPage = /^text\/(html|css)/.test(String(answer.headers['content-type']))
    const read = (text: string): string => (isPage ? text.replaceAll(/\s+/g, ' ').trim() : text)
    return differences(read(ours.text), read(answer.text ?? ''), 'body')
  }
  const json: unknown = JSON.parse(ours.text)
  return request.path.endsWith('/openapi.json')
    ? openApiDifferences(json, answer.json)
    : differences(json, answer.json, 'body')
}

const TIMES = new Set(['x-process-time', 'x-response-time'])

type HeaderValue = string | string[] | undefined

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
