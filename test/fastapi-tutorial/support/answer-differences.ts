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
  const found = differences(ours.status, answer.status, 'status')
  for (const [name, value] of Object.entries(answer.headers)) {
    if (name === 'accept-ranges' && answer.status === 404) continue // there is nothing to resume
    found.push(...differences(plain(name, ours.headers[name]), plain(name, value), name))
  }
  if (found.length > 0) return [...found, `our body: ${ours.text.slice(0, 500)}`]
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

/** `SameSite=lax` is `SameSite=Lax` (RFC 6265, 5.2); a location may be relative (RFC 9110, 10.2.2). */
function plain(name: string, value: string | string[] | undefined): unknown {
  if (name === 'location' && typeof value === 'string') {
    return new URL(value, 'http://testserver').href
  }
  if (TIMES.has(name) && Number(value) > 0) return 'a time'
  if (name !== 'set-cookie' || typeof value !== 'string') return value
  return value.replace(/(?<=; )samesite=\w+/i, (attribute) => attribute.toLowerCase())
}

/** FastAPI's page loads Swagger UI or ReDoc from elsewhere; ours brings it along. */
function isDocsPage(text: string | undefined): boolean {
  return text !== undefined && /swagger-ui|redoc/.test(text)
}
