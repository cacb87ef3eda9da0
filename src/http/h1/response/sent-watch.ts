import type { HttpRequest } from '../../message/request.ts'

/** Those of one connection who want to know when the last byte of a response has left. */
export class SentWatch {
  #asked: { readonly request: HttpRequest; readonly callback: () => void }[] = []

  get isWaiting(): boolean {
    return this.#asked.length > 0
  }

  add(request: HttpRequest, callback: () => void): void {
    this.#asked.push({ request, callback })
  }

  /** Calls back, when nothing is left to send, for all requests that are not at work any more. */
  tell(isAtWork: (request: HttpRequest) => boolean): void {
    const asked = this.#asked
    this.#asked = asked.filter(({ request }) => isAtWork(request))
    for (const { request, callback } of asked) if (!isAtWork(request)) callback()
  }
}
