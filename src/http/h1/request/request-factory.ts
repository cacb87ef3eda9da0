import type { Buffer } from 'node:buffer'
import { HttpRequest, type RequestOrigin } from '../../message/request.ts'
import { BodyReader } from '../body/body-reader.ts'
import { KnownFields } from './known-fields.ts'
import { latin1Text } from './latin1.ts'
import { methodText } from './method-text.ts'
import type { PathCache } from './path-cache.ts'
import type { RequestHead } from './request-head.ts'

/** After so many changes of its header fields a connection is not expected to repeat them. */
const MAX_UNKNOWN_FIELDS = 16

/** Makes the requests of one connection, and remembers the header fields of the last. */
export class RequestFactory {
  readonly #origin: RequestOrigin
  readonly #paths: PathCache
  /** Counted down to 0; from 0 on below it, without end. */
  #requestsLeft: number
  #unknownFields = 0
  #isFirst = true
  /** For the parser: fields that need no scan when they come again. */
  knownFields: KnownFields | undefined

  /** @param maxRequests - the last of so many ends the connection; 0: there is no last one */
  constructor(origin: RequestOrigin, paths: PathCache, maxRequests: number) {
    this.#origin = origin
    this.#paths = paths
    this.#requestsLeft = maxRequests
  }

  /** @param head - of the request, just parsed from `bytes`, up to `headEnd` */
  create(bytes: Buffer, head: RequestHead, headEnd: number): HttpRequest {
    const { targetStart, targetEnd, pathStart, pathEnd, queryStart, framing } = head
    const body = head.hasBody
      ? new BodyReader(framing.isChunked ? -1 : framing.contentLength)
      : undefined
    const request = new HttpRequest(
      this.#origin,
      methodText(bytes, head.methodStart, head.methodEnd),
      pathEnd === pathStart ? '/' : this.#paths.textOf(bytes, pathStart, pathEnd),
      queryStart === -1 ? undefined : latin1Text(bytes, queryStart, targetEnd),
      head.authorityEnd > 0 ? latin1Text(bytes, targetStart, targetEnd) : undefined,
      head.hasKnownFields ? this.knownFields!.text : this.#fieldsText(bytes, head, headEnd),
      head.minorVersion,
      --this.#requestsLeft !== 0 && head.keepsAlive,
      head.expectsContinue,
      body,
    )
    body?.attach(request)
    return request
  }

  #fieldsText(bytes: Buffer, head: RequestHead, headEnd: number): string {
    const text = latin1Text(bytes, head.fieldsStart, headEnd - 2)
    // Many connections bring one request, and some clients never the same fields twice.
    if (!this.#isFirst && this.#unknownFields < MAX_UNKNOWN_FIELDS) {
      this.#unknownFields++
      this.knownFields = KnownFields.keep(bytes, head.fieldsStart, headEnd, text, head.framing)
    }
    this.#isFirst = false
    return text
  }
}
