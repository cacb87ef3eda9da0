import { Buffer } from 'node:buffer'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ReadableStream } from 'node:stream/web'
import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { Future } from '../future/future.ts'
import type { StandardSchema } from '../schema/index.ts'
import { decoderOf, decompress, decompressed, isTooBig } from './decompress.ts'
import { type ErrorSubject, HttpClientError } from './errors.ts'
import { type HeaderFields, headerOf } from './header-fields.ts'
import type { IncomingBody } from './incoming-body.ts'
import type { TransportResponse } from './transport.ts'

/** How a body is read. */
export interface ReadOptions {
  /** Bytes above which reading fails; default the client's `maxBodyBytes`. */
  readonly maxBytes?: number
}

/** What a response has to know of the call it answers. @internal */
export interface ResponseContext {
  readonly subject: ErrorSubject
  readonly url: URL
  readonly isRedirected: boolean
  readonly attempts: number
  readonly maxBodyBytes: number
  readonly decompresses: boolean
}

const EXCERPT_BYTES = 2048

/**
 * What another service has answered: the head at once, the body as it comes.
 *
 * The body can be read once. Until it has been read or given up with {@link discard}, a big one keeps
 * its connection; when the time of the call is over it is cut, read or not.
 */
export class ClientResponse implements AsyncIterable<Uint8Array> {
  readonly status: number
  /** Where it came from, after redirects. */
  readonly url: string
  readonly isRedirected: boolean
  /** Requests sent for it to its last URL, retries included. */
  readonly attempts: number
  readonly #fields: HeaderFields
  readonly #body: IncomingBody
  readonly #context: ResponseContext
  #headers: Headers | undefined
  #isUsed = false

  /** @internal */
  constructor(response: TransportResponse, context: ResponseContext) {
    this.status = response.status
    this.url = context.url.href
    this.isRedirected = context.isRedirected
    this.attempts = context.attempts
    this.#fields = response.headers
    this.#body = response.body
    this.#context = context
  }

  /** Whether the status is from 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  /** All headers, as `fetch` gives them. */
  get headers(): Headers {
    this.#headers ??= new Headers(
      this.#fields.map(([name, value]): [string, string] => [name, value]),
    )
    return this.#headers
  }

  /**
   * The value of a header.
   *
   * @param name - in any case
   * @returns `undefined` if absent; several of one name are joined by `, `
   */
  header(name: string): string | undefined {
    return headerOf(this.#fields, name.toLowerCase())
  }

  /** Headers that came after the body; empty until it has been read. */
  get trailers(): HeaderFields {
    return this.#body.trailers
  }

  /** Whether somebody has read the body, or has begun to. */
  get isUsed(): boolean {
    return this.#isUsed
  }

  /**
   * The whole body, without its compression.
   *
   * @returns ready at once if it has come; fails with {@link HttpClientError}: `HTTP_CLIENT_LIMIT`,
   *   `HTTP_CLIENT_CONNECTION`, `HTTP_CLIENT_TIMEOUT`, `HTTP_CLIENT_BODY` (malformed compression) or
   *   `HTTP_CLIENT_BODY_USED`
   * @throws {OptionError} on an unknown option
   */
  bytes(options?: ReadOptions): Future<Uint8Array> {
    rejectUnknownOptions('read options', options, ['maxBytes'])
    const { maxBodyBytes } = this.#context
    const maxBytes = integerOption('maxBytes', options?.maxBytes, maxBodyBytes)
    if (this.#isUsed) return Future.failed(this.#usedError())
    this.#isUsed = true
    const whole = this.#body.collect((bytes) => {
      if (bytes > maxBytes) throw this.#limitError(maxBytes)
    })
    const decoder = this.#decoder()
    if (decoder === undefined) return whole
    return whole.then((bytes) =>
      decompress(decoder, bytes, maxBytes).catch((error) => {
        throw isTooBig(error) ? this.#limitError(maxBytes) : this.#compressionError(error)
      }),
    )
  }

  /** The whole body as text, in the charset of its content type, UTF-8 by default. @returns fails as {@link bytes} does */
  text(options?: ReadOptions): Future<string> {
    return this.bytes(options).then((bytes) => {
      const charset = /;\s*charset="?([^\s";]+)/i.exec(this.header('content-type') ?? '')?.[1]
      return decodeText(bytes, charset)
    })
  }

  /**
   * The whole body as JSON.
   *
   * @param schema - one of ours, or any Standard Schema (zod, valibot, arktype), which may be asynchronous:
   *   the value is what it makes of the body. Without one nothing is checked.
   * @returns fails as {@link bytes} does, with `HTTP_CLIENT_BODY` if it is no JSON, and
   *   `HTTP_CLIENT_SCHEMA` if the schema refuses it
   * @throws {OptionError} if `schema` is no schema
   */
  json<Output = unknown>(schema?: StandardSchema<Output>, options?: ReadOptions): Future<Output> {
    if (schema !== undefined && typeof schema?.['~standard']?.validate !== 'function') {
      throw new OptionError('schema', schema, 'a Standard Schema')
    }
    const value = this.text(options).then((text) => this.#parse(text) as Output)
    return schema === undefined ? value : value.then((parsed) => this.#check(schema, parsed))
  }

  /**
   * The pieces of the body as they come, without its compression; the next is fetched when it is asked
   * for. Leaving the loop early cuts the connection. Throws as {@link bytes} fails, but knows no limit.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    if (this.#isUsed) throw this.#usedError()
    this.#isUsed = true
    const pieces = this.#body.pieces(() => this.#error('HTTP_CLIENT_BODY', 'nobody wants the rest'))
    const decoder = this.#decoder()
    if (decoder === undefined) yield* pieces
    else yield* decompressed(decoder, pieces, (cause) => this.#compressionError(cause))
  }

  /** The body as a web stream. */
  stream(): ReadableStream<Uint8Array> {
    return ReadableStream.from<Uint8Array>(this)
  }

  /**
   * Writes the body to a stream and ends it.
   *
   * @returns ready when everything has been written; fails as reading does, or with the stream's failure
   */
  pipeTo(destination: Writable): Future<void> {
    return Future.from(pipeline(this[Symbol.asyncIterator](), destination))
  }

  /** Gives the body up: the connection is kept if all has come, and cut otherwise. */
  discard(): void {
    this.#isUsed = true
    this.#body.giveUp(this.#error('HTTP_CLIENT_BODY', 'nobody wants the body'))
  }

  /**
   * This response if its status is below 400; otherwise the error, with the beginning of the body.
   *
   * @returns fails with {@link HttpClientError} `HTTP_CLIENT_STATUS`
   */
  throwForStatus(): Future<this> {
    if (this.status < 400) return Future.ready(this)
    return this.#excerpt().then((bodyExcerpt) => {
      const details = { status: this.status, bodyExcerpt }
      throw this.#error('HTTP_CLIENT_STATUS', `answered ${this.status}`, details)
    })
  }

  /** The beginning of a body that is good for nothing but to say what is wrong. */
  #excerpt(): Future<string> {
    if (this.#isUsed) return Future.ready('')
    return this.text({ maxBytes: Math.min(65_536, this.#context.maxBodyBytes) })
      .then((text) => text.slice(0, EXCERPT_BYTES))
      .catch(() => '')
  }

  #decoder(): ReturnType<typeof decoderOf> {
    return this.#context.decompresses ? decoderOf(this.header('content-encoding')) : undefined
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch (error) {
      const bodyExcerpt = text.slice(0, EXCERPT_BYTES)
      throw this.#error('HTTP_CLIENT_BODY', `the body is no JSON (${(error as Error).message})`, {
        cause: error,
        bodyExcerpt,
      })
    }
  }

  #check<Output>(schema: StandardSchema<Output>, value: unknown): Future<Output> {
    return Future.try(() => schema['~standard'].validate(value)).then((result) => {
      if (result.issues === undefined) return result.value
      const [first] = result.issues
      throw this.#error('HTTP_CLIENT_SCHEMA', `the body is not as expected (${first?.message})`, {
        issues: result.issues,
      })
    })
  }

  #error(
    code: ConstructorParameters<typeof HttpClientError>[0],
    what: string,
    details?: ConstructorParameters<typeof HttpClientError>[3],
  ): HttpClientError {
    return new HttpClientError(code, this.#context.subject, what, {
      status: this.status,
      ...details,
    })
  }

  #usedError(): HttpClientError {
    return this.#error('HTTP_CLIENT_BODY_USED', 'the body has been read before')
  }

  #limitError(maxBytes: number): HttpClientError {
    return this.#error('HTTP_CLIENT_LIMIT', `the body has more than ${maxBytes} bytes`)
  }

  #compressionError(cause: unknown): HttpClientError {
    return this.#error('HTTP_CLIENT_BODY', 'the compression of the body is malformed', { cause })
  }
}

/** A charset nobody knows is read as UTF-8, as browsers do. */
function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const isUtf8 = charset === undefined || /^utf-?8$/i.test(charset)
  if (!isUtf8) {
    try {
      return new TextDecoder(charset).decode(bytes)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
