import { ClientCallError } from './errors.ts'
import type { Sent } from './session.ts'

/** The body of an answer as it comes; who leaves the loop ends the exchange. */
export async function* piecesOf({ what, response, abort }: Sent): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  let isOver = false
  try {
    for (;;) {
      const step = await reader.read()
      if (step.done) break
      yield step.value
    }
    isOver = true
  } catch (cause) {
    isOver = true
    throw new ClientCallError('CLIENT_NETWORK', `${what} broke off its answer`, { cause })
  } finally {
    if (!isOver) {
      // Only one of both ends the connection, depending on the platform.
      reader.cancel().catch(() => undefined)
      abort(undefined)
    }
  }
}
