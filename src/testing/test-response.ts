import { Buffer } from 'node:buffer'
import type { HttpResponse } from '../http/index.ts'

/** What the app answered. */
export class TestResponse {
  readonly status: number
  readonly headers: Headers
  /** As the client would get it: empty for HEAD. */
  readonly bytes: Uint8Array

  /** @internal */
  constructor(response: HttpResponse, method: string) {
    const { status, body, contentType, headers = [] } = response
    const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? Buffer.alloc(0))
    this.status = status
    this.headers = new Headers(headers.map(([name, value]): [string, string] => [name, value]))
    if (contentType !== undefined) this.headers.set('content-type', contentType)
    if (body !== null) this.headers.set('content-length', String(bytes.length))
    this.bytes = method === 'HEAD' ? Buffer.alloc(0) : bytes
  }

  get text(): string {
    return Buffer.from(this.bytes).toString('utf8')
  }

  /**
   * The body as JSON; say what it is: `response.json<{ id: number }>()`.
   *
   * @throws {SyntaxError} if it is no JSON
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- saves a cast in each test
  json<Body = unknown>(): Body {
    return JSON.parse(this.text) as Body
  }
}
