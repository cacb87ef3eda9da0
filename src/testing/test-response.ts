import { Buffer } from 'node:buffer'
import {
  EventStreamParser,
  type HttpResponse,
  type ReceivedEvent,
  StreamBody,
} from '../http/index.ts'

/** What the app answered. */
export class TestResponse {
  readonly status: number
  readonly headers: Headers
  /** As the client would get it: empty for HEAD. */
  readonly bytes: Uint8Array

  /** @internal */
  constructor(response: HttpResponse, method: string, bytes: Uint8Array) {
    const { status, body, contentType, headers = [] } = response
    this.status = status
    this.headers = new Headers(headers.map(([name, value]): [string, string] => [name, value]))
    if (contentType !== undefined) this.headers.set('content-type', contentType)
    const length = body instanceof StreamBody ? body.length : bytes.length
    if (body !== null && length !== undefined) this.headers.set('content-length', String(length))
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

  /** The events of a stream that has ended. */
  events(): ReceivedEvent[] {
    return new EventStreamParser().push(this.bytes)
  }
}
