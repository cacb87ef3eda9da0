import type { Future } from '../future/future.ts'
import { sleep } from '../future/time/sleep.ts'
// Not from the index, which loads the server.
import { EventStreamParser, type ReceivedEvent } from '../http/sse/event-stream-parser.ts'
import type { ClientEvent } from './client-types.ts'
import { ClientCallError } from './errors.ts'
import { piecesOf } from './pieces.ts'
import type { Sent } from './session.ts'

const DEFAULT_RETRY_MS = 1_000

/**
 * The events of a stream. After a connection that broke the stream is asked for again, from the last
 * event on, after the pause that the server wants.
 */
export async function* receiveEvents(
  asked: Future<Sent>,
  again: (headers: Readonly<Record<string, string>>) => Future<Sent>,
  reconnects: number,
): AsyncGenerator<ClientEvent<unknown>, void> {
  let current = asked
  let lastEventId = ''
  let retryMs = DEFAULT_RETRY_MS
  for (let left = reconnects; ; left--) {
    const parser = new EventStreamParser()
    try {
      for await (const piece of piecesOf(await current)) {
        for (const event of parser.push(piece)) yield toClientEvent(event)
      }
      return
    } catch (error) {
      if (!isBroken(error) || left === 0) throw error
    }
    lastEventId = parser.lastEventId || lastEventId
    retryMs = parser.retryMs ?? retryMs
    await sleep(retryMs)
    current = again(lastEventId === '' ? {} : { 'last-event-id': lastEventId })
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof ClientCallError && error.code === 'CLIENT_NETWORK'
}

/** Data is JSON where it can be read as that, as routes with a schema send it; else text. */
function toClientEvent({ event, data, id }: ReceivedEvent): ClientEvent<unknown> {
  try {
    return { event, id, data: JSON.parse(data) as unknown }
  } catch {
    return { event, id, data }
  }
}
