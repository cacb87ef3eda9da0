import { integerOption } from '../../core/options.ts'
import { HttpError } from '../../http/index.ts'
import { type Answer, type AnswerNow, MiddlewareLayer } from '../middleware.ts'
import type { AppRequest } from '../request.ts'

/**
 * Bounds the bodies of requests; longer ones are answered with 413.
 *
 * One whose length is declared is refused before anything of it is read, others when they get longer. A
 * route's own `maxBodyBytes` counts instead, where it says one; `decompression()` further in makes it a
 * limit on what comes out.
 *
 * @param maxBytes - in bytes
 * @throws {OptionError} if it is not a whole number
 */
export function bodyLimit(maxBytes: number): MiddlewareLayer & { readonly refused: number } {
  return new BodyLimit(maxBytes)
}

class BodyLimit extends MiddlewareLayer {
  /** Requests that were refused for the length they declare. */
  refused = 0
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    super('bodyLimit')
    this.#maxBytes = integerOption('bodyLimit() maxBytes', maxBytes, 0)
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    const maxBytes = this.#maxBytes
    return (request) => {
      const { body } = request
      if (body !== undefined) {
        if (body.declaredLength > maxBytes) {
          this.refused++
          throw new HttpError(413, 'The body is too big')
        }
        body.maxBytes = maxBytes
      }
      return next(request)
    }
  }
}
