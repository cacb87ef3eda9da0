import { Buffer } from 'node:buffer'
import { request as httpRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import type { TestClient } from '../../../src/testing/index.ts'
import type { Answer } from './documented-rules.ts'
import type { Exchange } from './recording.ts'

type Request = Exchange['request']

/** Asks the program in process. */
export async function sendInProcess(client: TestClient, request: Request): Promise<Answer> {
  const { method, path } = request
  const body = bodyOf(request)
  const { host, ...headers } = headersOf(request)
  const response = await client.request(method, path, {
    headers: host === 'testserver' ? headers : { ...headers, host: host as string },
    ...(body === undefined ? undefined : { body }),
  })
  const headersOfAnswer = grouped(response.headers)
  const text = decoded(response.bytes, headersOfAnswer)
  return { status: response.status, headers: headersOfAnswer, text }
}

/** Asks the program over a connection of its own. */
export async function sendOverSocket(url: string, request: Request): Promise<Answer> {
  const { port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = httpRequest(
    { host: '127.0.0.1', port, method: request.method, path: request.path, agent: false },
    (response) => {
      buffer(response).then((bytes) => {
        const { statusCode = 0, headers } = response
        const text = decoded(bytes, headers)
        resolve({ status: statusCode, headers: unwrapped(headers), text })
      }, reject)
    },
  )
  sent.once('error', reject)
  for (const [name, value] of Object.entries(headersOf(request))) sent.setHeader(name, value)
  sent.end(bodyOf(request))
  return promise
}

function headersOf({
  host = 'testserver',
  scheme,
  headers = {},
}: Request): Record<string, string | string[]> {
  const forwarded = scheme === undefined ? undefined : { 'x-forwarded-proto': scheme }
  return { host, 'user-agent': 'testclient', ...forwarded, ...headers }
}

function bodyOf({ text, base64 }: Request): Buffer | undefined {
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  return text === undefined ? undefined : Buffer.from(text)
}

function decoded(bytes: Uint8Array, headers: Answer['headers']): string {
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : Buffer.from(bytes)
  return plain.toString()
}

function grouped(pairs: Iterable<readonly [string, string]>): Record<string, string | string[]> {
  const found: Record<string, string[]> = {}
  for (const [name, value] of pairs) (found[name.toLowerCase()] ??= []).push(value)
  return unwrapped(found)
}

/** Node gives `set-cookie` as an array even where there is one. */
function unwrapped(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) && value.length === 1 ? value[0] : value,
  ])
  return Object.fromEntries(entries) as Record<string, string | string[]>
}
