import { isUtf8 } from 'node:buffer'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ReadableStream, type WritableStream } from 'node:stream/web'
import { Future } from '../../future/index.ts'
import { HttpError } from '../errors.ts'

type Chunks = AsyncGenerator<Uint8Array, void, void>

const decoder = new TextDecoder()

/** Without a byte order mark; broken bytes become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** @throws {HttpError} 400 if it is no JSON, or no UTF-8 */
export function parseJson(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new HttpError(400, 'The body is not UTF-8')
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new HttpError(400, 'The body is not JSON', undefined, { cause })
  }
}

/** A web stream that asks for the next piece when it is read. */
export function webStreamOf(chunks: Chunks): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const step = await chunks.next()
        if (step.done === true) controller.close()
        else controller.enqueue(step.value)
      },
      cancel: () => void chunks.return(),
    },
    { highWaterMark: 0 },
  )
}

/** Writes pieces into a Node or web stream as fast as that takes them, and ends it. */
export function pipeChunks(
  chunks: Chunks,
  destination: NodeJS.WritableStream | WritableStream<Uint8Array>,
): Future<void> {
  return Future.from(
    isWebStream(destination)
      ? webStreamOf(chunks).pipeTo(destination)
      : pipeline(chunks, destination),
  )
}

function isWebStream(stream: object): stream is WritableStream<Uint8Array> {
  return !(stream instanceof Writable) && 'getWriter' in stream
}
