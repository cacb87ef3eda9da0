import type { Socket } from 'node:net'
import { enterCallback, leaveCallback } from '../../core/run-queue.ts'
import type { HttpRequest } from '../../http/index.ts'
import { HttpResponse, HttpServer } from '../../http/index.ts'
import type { Explanation } from '../terminal/explanation.ts'
import { failurePage } from './failure-page.ts'

/** Answers requests while there is no app to do it: the reason, as a page or as JSON. */
export class FailureServer {
  readonly #server: HttpServer
  #explanation: Explanation | undefined

  constructor() {
    // One answer for each connection: the next one is for the app again.
    const options = { maxRequestsPerConnection: 1 }
    this.#server = new HttpServer((request) => this.#answer(request), options)
    this.#server.open()
  }

  set explanation(explanation: Explanation) {
    this.#explanation = explanation
  }

  accept(socket: Socket): void {
    enterCallback()
    try {
      this.#server.accept(socket)
    } finally {
      leaveCallback()
    }
  }

  close(): void {
    this.#server.close({ timeoutMs: 0 }).ignore()
  }

  #answer(request: HttpRequest): HttpResponse {
    const { message = 'The app does not run' } = this.#explanation ?? {}
    const headers: [string, string][] = [
      ['cache-control', 'no-store'],
      ['retry-after', '1'],
    ]
    const isBrowser = request.header('accept')?.includes('text/html') === true
    if (!isBrowser || this.#explanation === undefined) {
      const detail = `The app does not run: ${message}`
      return new HttpResponse(503, JSON.stringify({ detail }), 'application/json', headers)
    }
    const page = failurePage(this.#explanation)
    return new HttpResponse(503, page, 'text/html; charset=utf-8', headers)
  }
}
