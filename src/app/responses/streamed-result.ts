import { HttpResponse, StreamBody, type StreamChunk, type StreamSource } from '../../http/index.ts'

/** A line of JSON for each item, as FastAPI's generators give. */
const LINES_TYPE = 'application/jsonl'
const BYTES_TYPE = 'application/octet-stream'

/** Writes one item; its failure cuts the stream. */
export type WriteItem = (item: unknown) => string

/** Results that are sent piece by piece: generators, streams and `StreamBody`. */
export type Streamed =
  | StreamBody
  | Response
  | AsyncIterable<unknown>
  | Generator<unknown, unknown, unknown>

/** Plain objects and arrays, which most results are, are told by their prototype. */
export function isStreamed(result: unknown): result is Streamed {
  if (typeof result !== 'object' || result === null) return false
  const prototype: unknown = Object.getPrototypeOf(result)
  if (prototype === Object.prototype || prototype === Array.prototype) return false
  return (
    result instanceof StreamBody ||
    result instanceof Response ||
    Symbol.asyncIterator in result ||
    (result as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Generator'
  )
}

/**
 * The response that streams a result.
 *
 * @param write - how items are written; without it, text and bytes are sent as they are, and
 * everything else as a line of JSON
 */
export function streamedResponse(
  status: number,
  result: Streamed,
  write: WriteItem | undefined,
): HttpResponse {
  if (result instanceof Response) return fromWebResponse(result)
  if (result instanceof StreamBody) return new HttpResponse(status, result, BYTES_TYPE)
  const isBytes = 'pipe' in result || 'getReader' in result
  const type = isBytes && write === undefined ? BYTES_TYPE : LINES_TYPE
  return new HttpResponse(status, new StreamBody(new ItemSource(result, write ?? freeItem)), type)
}

/** A web `Response`, as other libraries make them. */
function fromWebResponse(response: Response): HttpResponse {
  const { status, body } = response
  const headers: [string, string][] = []
  let contentType: string | undefined
  for (const [name, value] of response.headers) {
    if (name === 'content-type') contentType = value
    // How the body is framed is said anew.
    else if (!FRAMING.has(name)) headers.push([name, value])
  }
  const stream = body === null ? null : new StreamBody(body)
  return new HttpResponse(status, stream, contentType, headers.length === 0 ? undefined : headers)
}

const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'date'])

/** Turns items into chunks, and passes on that no more are wanted. */
class ItemSource implements AsyncIterable<StreamChunk> {
  readonly #items: StreamBody
  readonly #write: (item: unknown) => StreamChunk

  constructor(items: Streamed, write: (item: unknown) => StreamChunk) {
    this.#items = new StreamBody(items as StreamSource)
    this.#write = write
  }

  [Symbol.asyncIterator](): AsyncIterator<StreamChunk> {
    const reader = this.#items.open()
    return {
      next: async () => {
        const step = await reader.next()
        if (step.done === true) return { done: true, value: undefined }
        try {
          return { done: false, value: this.#write(step.value) }
        } catch (error) {
          await reader.end()
          throw error
        }
      },
      return: async () => {
        await reader.end()
        return { done: true, value: undefined }
      },
    }
  }

  /** Nobody will read it. */
  return(): void {
    this.#items.abandon()
  }
}

function freeItem(item: unknown): StreamChunk {
  if (typeof item === 'string' || item instanceof Uint8Array) return item
  return `${JSON.stringify(item ?? null)}\n`
}
