import type { Future } from '../future/future.ts'
import { ClientCallError } from './errors.ts'
import { piecesOf } from './pieces.ts'
import type { Sent } from './session.ts'

/** The items of a stream of JSON lines; the end of the loop is the end of the request. */
export async function* receiveLines(asked: Future<Sent>): AsyncGenerator<unknown, void> {
  const sent = await asked
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of piecesOf(sent)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield parse(sent.what, line)
  }
  rest += decoder.decode()
  if (rest.trim() !== '') yield parse(sent.what, rest)
}

function parse(what: string, line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    const message = `${what} answered with something else than lines of JSON`
    throw new ClientCallError('CLIENT_BODY', message, { cause })
  }
}
