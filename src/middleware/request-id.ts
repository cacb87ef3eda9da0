import { Buffer } from 'node:buffer'
import { randomFillSync } from 'node:crypto'
import { functionOption, integerOption, rejectUnknownOptions } from '../core/options.ts'
import { RequestValue } from '../http/index.ts'
import { type Answer, type AnswerNow, MiddlewareLayer, mapAnswer } from './middleware.ts'
import { booleanOption, fieldNameOption } from './options.ts'
import type { AppRequest } from './request.ts'

export interface RequestIdOptions {
  /** In requests and responses; default `x-request-id`. */
  readonly header?: string
  /**
   * Whether to take over the id that a request brings: `true` where only proxies of one's own can
   * reach the server, or a function that decides; default false.
   */
  readonly trust?: boolean | ((id: string, request: AppRequest) => boolean)
  /** Makes an id; default 128 random bits in hexadecimal. */
  readonly generate?: (request: AppRequest) => string
  /** Longer ids of requests are not taken over; default 128. */
  readonly maxLength?: number
}

/** What is safe in logs and headers: an id of a request must not write lines of its own. */
const SAFE = /^[\w.:/+=@~-]+$/

const ids = new RequestValue<string>()

/** @returns the id {@link requestId} has given to a request; undefined without it */
export function requestIdOf(request: Pick<AppRequest, 'method'>): string | undefined {
  return ids.get(request)
}

/**
 * Gives every request an id, for logs and for users who report errors; sent with the response.
 *
 * Read it with {@link requestIdOf}; access logs and logged failures have it, too. Stands outermost.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function requestId(options: RequestIdOptions = {}): MiddlewareLayer {
  return new RequestId(options)
}

class RequestId extends MiddlewareLayer {
  readonly #header: string
  readonly #maxLength: number
  readonly #trusts: ((id: string, request: AppRequest) => boolean) | undefined
  readonly #generate: (request: AppRequest) => string

  constructor(options: RequestIdOptions) {
    super('requestId')
    rejectUnknownOptions('requestId()', options, ['header', 'trust', 'generate', 'maxLength'])
    const { trust = false } = options
    this.#header = fieldNameOption('requestId().header', options.header, 'x-request-id')
    this.#maxLength = integerOption('requestId().maxLength', options.maxLength, 128, 1, 4096)
    this.#generate = functionOption('requestId().generate', options.generate) ?? randomId
    if (typeof trust === 'function') this.#trusts = trust
    else this.#trusts = booleanOption('requestId().trust', trust, false) ? () => true : undefined
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    const header = this.#header
    return (request) => {
      const id = this.#given(request) ?? this.#generate(request)
      ids.set(request, id)
      return mapAnswer(next(request), (response) =>
        response.withHeaderList([...(response.headers ?? []), [header, id]], response.contentType),
      )
    }
  }

  #given(request: AppRequest): string | undefined {
    if (this.#trusts === undefined) return undefined
    const id = request.header(this.#header)
    if (id === undefined || id.length > this.#maxLength || !SAFE.test(id)) return undefined
    return this.#trusts(id, request) ? id : undefined
  }
}

const ID_BYTES = 16
const pool = Buffer.alloc(ID_BYTES * 256)
let used: number = pool.length

/** Random bytes are asked of the system for many ids at once: asking costs more than the bytes. */
function randomId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const id = pool.toString('hex', used, used + ID_BYTES)
  used += ID_BYTES
  return id
}
