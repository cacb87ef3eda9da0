import { FasterApiError } from '../core/errors.ts'
import type { TestResponse } from './test-response.ts'

/** The app has answered a WebSocket handshake with a plain response. */
export class TestSocketRefusedError extends FasterApiError {
  readonly code = 'TESTING_SOCKET_REFUSED'
  /** What it has answered. */
  readonly response: TestResponse

  constructor(path: string, response: TestResponse) {
    super(`No WebSocket at ${path}: the app has answered ${response.status}`)
    this.response = response
  }
}
