import type { Eventual, Future } from '../future/future.ts'
import { timeoutAsync } from '../future/time/timeout.ts'
import type { Answer } from './answers.ts'
import { ClientSocket } from './client-socket.ts'
import type { ClientEvent } from './client-types.ts'
import { ClientCallError, ClientError } from './errors.ts'
import { receiveEvents } from './events.ts'
import { receiveLines } from './lines.ts'
import type { Sent } from './session.ts'

/** Sends the request of a call, again if it is asked to with other headers. */
export type SendRequest = (
  headers?: Readonly<Record<string, string>>,
) => Future<Sent | ClientSocket>

/** A call under way, for routes of every kind; what a route offers of it is said by its type. */
export class ClientCall implements PromiseLike<unknown> {
  readonly #send: SendRequest
  readonly #sent: Future<Sent | ClientSocket>
  readonly #reconnects: number
  #answer: Future<Answer<number, unknown>> | undefined

  constructor(send: SendRequest, reconnects: number) {
    this.#send = send
    this.#reconnects = reconnects
    this.#sent = send()
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a call is awaited as a future is
  then<Value = unknown, Other = never>(
    onReady?: ((value: unknown) => Value | PromiseLike<Value>) | null,
    onFailed?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Future<Value | Other> {
    return this.result().then(onReady, onFailed)
  }

  catch<Other>(onFailed: (reason: unknown) => Eventual<Other>): Future<unknown> {
    return this.result().catch(onFailed)
  }

  result(): Future<unknown> {
    return this.#sent.then((sent) => {
      if (sent instanceof ClientSocket) return sent
      return this.#read().then(({ status, body, headers }) => {
        if (sent.response.ok) return body
        throw new ClientError(sent.what, status, body, headers)
      })
    })
  }

  answer(): Future<Answer<number, unknown>> {
    return this.#exchange().then(({ what, statuses }) =>
      this.#read().then((answer) => {
        const { status, body, headers } = answer
        if (statuses === undefined || status === 422 || statuses.includes(status)) return answer
        throw new ClientError(what, status, body, headers)
      }),
    )
  }

  response(): Future<Response> {
    return this.#exchange().then(({ response }) => response)
  }

  lines(): AsyncGenerator<unknown, void> {
    return receiveLines(this.#exchange().then(successOf))
  }

  [Symbol.asyncIterator](): AsyncGenerator<ClientEvent<unknown>, void> {
    const again = (headers: Readonly<Record<string, string>>): Future<Sent> =>
      this.#send(headers).then(withoutSocket).then(successOf)
    return receiveEvents(this.#exchange().then(successOf), again, this.#reconnects)
  }

  #read(): Future<Answer<number, unknown>> {
    this.#answer ??= this.#exchange().then(readAnswer)
    return this.#answer
  }

  #exchange(): Future<Sent> {
    return this.#sent.then(withoutSocket)
  }
}

function withoutSocket(sent: Sent | ClientSocket): Sent {
  if (!(sent instanceof ClientSocket)) return sent
  sent.close().ignore()
  throw new ClientCallError('CLIENT_ROUTE', 'The route opens a WebSocket: await the call for it')
}

/** @returns fails with {@link ClientError} for a status that is no success */
function successOf(sent: Sent): Eventual<Sent> {
  if (sent.response.ok) return sent
  return readAnswer(sent).then(({ status, body, headers }) => {
    throw new ClientError(sent.what, status, body, headers)
  })
}

function readAnswer({ what, response, abort, leftMs }: Sent): Future<Answer<number, unknown>> {
  const { status, headers } = response
  return timeoutAsync(bodyOf(what, response), leftMs, { what })
    .then((body) => ({ status, body, headers }))
    .catch((reason) => {
      abort(reason)
      throw reason
    })
}

const JSON_TYPE = /^application\/(?:[^\s;/]+\+)?json\s*(?:;|$)/i

async function bodyOf(what: string, response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  if (!JSON_TYPE.test(response.headers.get('content-type') ?? '')) return text
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new ClientCallError('CLIENT_BODY', `${what} answered with malformed JSON`, { cause })
  }
}
