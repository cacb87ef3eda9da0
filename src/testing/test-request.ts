import { Buffer } from 'node:buffer'
import type { AppRequest } from '../app/index.ts'
import { Future } from '../future/index.ts'
import {
  createRequest,
  type HeaderList,
  type RequestBody,
  type StreamSource,
} from '../http/index.ts'

/** A request that no socket brings. */
export class TestRequest implements AppRequest {
  readonly method: string
  readonly target: string
  readonly path: string
  readonly queryString: string
  readonly httpVersion = '1.1'
  readonly remoteAddress = '127.0.0.1'
  readonly clientAddress = '127.0.0.1'
  readonly scheme = 'http'
  readonly tls = undefined
  readonly body: RequestBody | undefined
  readonly #headers: readonly (readonly [string, string])[]
  readonly #abort = new AbortController()
  #whenSent: (() => void)[] = []
  /** What the app has sent as early hints. */
  readonly earlyHintsSent: HeaderList[] = []

  constructor(
    method: string,
    target: string,
    headers: readonly (readonly [string, string])[],
    body: string | Uint8Array | StreamSource | undefined,
    maxBodyBytes: number,
  ) {
    const question = target.indexOf('?')
    this.method = method
    this.target = target
    this.path = question === -1 ? target : target.slice(0, question)
    this.queryString = question === -1 ? '' : target.slice(question + 1)
    this.body = createRequest({ maxBodyBytes, ...(body === undefined ? {} : { body }) }).body
    this.#headers = headers.map(([name, value]) => [name.toLowerCase(), value])
  }

  get hasBody(): boolean {
    return this.body !== undefined
  }

  get host(): string {
    return this.header('host') ?? ''
  }

  header(name: string): string | undefined {
    const wanted = name.toLowerCase()
    const values = this.#headers.filter(([found]) => found === wanted).map(([, value]) => value)
    return values.length === 0 ? undefined : values.join(wanted === 'cookie' ? '; ' : ', ')
  }

  headers(): Iterable<[string, string]> {
    return this.#headers.map(([name, value]): [string, string] => [name, value])
  }

  bytes(options?: { readonly maxBytes?: number }): Future<Uint8Array> {
    return this.body?.bytes(options) ?? Future.ready(Buffer.alloc(0))
  }

  earlyHints(headers: HeaderList): void {
    this.earlyHintsSent.push(headers)
  }

  whenSent(callback: () => void): void {
    this.#whenSent.push(callback)
  }

  /** The response has left, says the test: what waits for that runs. {@link TestClient} says so itself. */
  sent(): void {
    const callbacks = this.#whenSent
    this.#whenSent = []
    for (const callback of callbacks) callback()
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** @internal Nobody waits for the answer any more: a middleware has given another one. */
  giveUp(reason: unknown): void {
    this.#abort.abort(reason)
  }
}
