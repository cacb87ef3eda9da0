import type { Dispatcher } from 'undici'
import { Deferred } from '../future/deferred.ts'
import { type Future } from '../future/future.ts'
import type { HeaderFields } from './header-fields.ts'
import { IncomingBody } from './incoming-body.ts'
import { displayUrl } from './target-url.ts'
import type { TransportExchange, TransportRequest, TransportResponse } from './transport.ts'
import { connectionFailure } from './undici-failure.ts'

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>

/**
 * One request of undici's, whose callbacks become a future and a body.
 *
 * Continuations run after the callback, and not at its end as elsewhere: undici does not count a
 * connection as free before, and would open another one for a request made by a continuation.
 */
export class UndiciExchange implements TransportExchange, Dispatcher.DispatchHandler {
  readonly #request: TransportRequest
  readonly #connectTimeoutMs: number
  readonly #head = new Deferred<TransportResponse>()
  #controller: Dispatcher.DispatchController | undefined
  #body: IncomingBody | undefined
  /** Why it was given up before undici had begun with it. */
  #abortion: { readonly reason: unknown } | undefined
  #bodyFailure: { readonly reason: unknown } | undefined

  constructor(request: TransportRequest, connectTimeoutMs: number) {
    this.#request = request
    this.#connectTimeoutMs = connectTimeoutMs
  }

  get response(): Future<TransportResponse> {
    return this.#head.future
  }

  /** The source of the request's body has failed: that is the failure, and not the cut connection. */
  noteBodyFailure(reason: unknown): void {
    this.#bodyFailure ??= { reason }
  }

  abort(reason: unknown): void {
    const cause = reason instanceof Error ? reason : new Error('The request was given up')
    if (this.#body !== undefined) return this.#body.abort(reason)
    this.#abortion ??= { reason }
    // First the reason: undici reports the abort back at once.
    this.#head.reject(reason)
    this.#controller?.abort(cause)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#abortion !== undefined) controller.abort(new Error('The request was given up'))
    else this.#request.onSent()
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: RawHeaders,
  ): void {
    // 100 and 103: the response proper is still to come.
    if (status < 200) return
    const body = new IncomingBody({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      abort: (reason) => controller.abort(reason),
    })
    this.#body = body
    this.#head.resolve({ status, headers: fieldsOf(headers), body })
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#body?.push(chunk)
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: RawHeaders): void {
    this.#body?.complete(fieldsOf(trailers))
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const subject = { method: this.#request.method, url: displayUrl(this.#request.url) }
    const isSent = this.#controller !== undefined
    const reason =
      this.#bodyFailure === undefined
        ? connectionFailure(error, subject, isSent, this.#connectTimeoutMs)
        : this.#bodyFailure.reason
    if (this.#body === undefined) this.#head.reject(reason)
    else this.#body.fail(reason)
  }
}

function fieldsOf(headers: RawHeaders | undefined): HeaderFields {
  const fields: [string, string][] = []
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string') fields.push([name, value])
    else for (const item of value ?? []) fields.push([name, item])
  }
  return fields
}
