import {
  type CompressionOptions,
  type ConditionalOptions,
  type ContentHandler,
  compression as compressionAround,
  conditional as conditionalAround,
  type DecompressionOptions,
  decompression as decompressionAround,
} from '../../http/index.ts'
import { type AnswerNow, MiddlewareLayer, type RequestAnswerer } from '../middleware.ts'
import type { AppRequest } from '../request.ts'

/**
 * Compresses responses as clients want them; for some routes, where the app's option does it for all.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function compression(options: CompressionOptions = {}): MiddlewareLayer {
  return new WrapperLayer('compression', (next) => compressionAround(next, options))
}

/**
 * Tags responses, and answers conditional requests with 304 and 412. Stands inside of `compression()`.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function conditional(options: ConditionalOptions = {}): MiddlewareLayer {
  return new WrapperLayer('conditional', (next) => conditionalAround(next, options))
}

/**
 * Decompresses bodies of requests while they are read.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function decompression(options: DecompressionOptions = {}): MiddlewareLayer {
  return new WrapperLayer('decompression', (next) => decompressionAround(next, options))
}

type Wrapper = (next: ContentHandler<AppRequest>) => ContentHandler<AppRequest>

/** A wrapper of handlers that the HTTP layer has, as a middleware. */
class WrapperLayer extends MiddlewareLayer {
  readonly #around: Wrapper

  constructor(name: string, around: Wrapper) {
    super(name)
    this.#around = around
    // Its options are checked here, and not where the app starts.
    around(unanswered)
  }

  wrap(next: AnswerNow): RequestAnswerer {
    return this.#around(next)
  }
}

function unanswered(): never {
  throw new Error('Not a handler')
}
