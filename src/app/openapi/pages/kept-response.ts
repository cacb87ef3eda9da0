import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { type Eventual, Future } from '../../../future/index.ts'
import {
  checkPreconditions,
  entityTagOf,
  type HeaderList,
  HttpResponse,
  negotiateEncoding,
} from '../../../http/index.ts'
import type { AppRequest } from '../../request.ts'

const CODINGS = ['br', 'gzip', 'identity'] as const
type Coding = (typeof CODINGS)[number]

/** Shorter bodies fit into one packet as they are. */
const MIN_COMPRESSED_BYTES = 1400
/** Near the best ratio, at a tenth of the time: bundles of megabytes are compressed once. */
const BROTLI_QUALITY = 6

const brotli = promisify(zlib.brotliCompress)
const gzip = promisify(zlib.gzip)

/** A response that is always the same: compressed once per coding, and not sent to those who have it. */
export class KeptResponse {
  readonly #bytes: Buffer
  readonly #contentType: string
  readonly #headers: HeaderList
  readonly #etag: string
  readonly #coded: Map<Coding, Promise<HttpResponse>> = new Map()

  constructor(body: string | Uint8Array, contentType: string, headers: HeaderList = []) {
    this.#bytes = Buffer.from(body as Uint8Array)
    this.#contentType = contentType
    this.#headers = headers
    // Weak: it stands for all codings.
    this.#etag = `W/${entityTagOf(this.#bytes).replace(/^W\//, '')}`
  }

  /** @param cacheControl - how long browsers may keep it without asking */
  respond(request: AppRequest, cacheControl: string): Eventual<HttpResponse> {
    const unchanged = checkPreconditions(request, { etag: this.#etag })
    if (unchanged !== undefined) return unchanged
    const coding = this.#codingFor(request)
    const key = coding
    let found = this.#coded.get(key)
    if (found === undefined) {
      found = this.#encode(coding)
      this.#coded.set(key, found)
    }
    const caching: HeaderList[number] = ['cache-control', cacheControl]
    return Future.from(found).then(
      ({ status, body, contentType, headers }) =>
        new HttpResponse(status, body, contentType, [...(headers ?? []), caching]),
    )
  }

  #codingFor(request: AppRequest): Coding {
    if (this.#bytes.length < MIN_COMPRESSED_BYTES) return 'identity'
    return negotiateEncoding(request.header('accept-encoding'), CODINGS) ?? 'identity'
  }

  async #encode(coding: Coding): Promise<HttpResponse> {
    const headers: [string, string][] = [
      ['etag', this.#etag],
      ['vary', 'accept-encoding'],
    ]
    if (coding !== 'identity') headers.push(['content-encoding', coding])
    const body = await compress(this.#bytes, coding)
    return new HttpResponse(200, body, this.#contentType, [...this.#headers, ...headers])
  }
}

function compress(bytes: Buffer, coding: Coding): Promise<Buffer> | Buffer {
  if (coding === 'identity') return bytes
  if (coding === 'gzip') return gzip(bytes)
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants
  return brotli(bytes, {
    params: { [BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [BROTLI_PARAM_SIZE_HINT]: bytes.length },
  })
}
