import { OptionError } from '../../core/errors.ts'

import type { Scheme } from '../proxy/peer.ts'

import type { HeaderList } from './headers.ts'
import { ProvidedBody } from './provided-body.ts'
import { HttpRequest, type RequestOrigin } from './request.ts'
import type { StreamSource } from './stream-body.ts'

/** What a request made in the process consists of. */
export interface RequestInit {
  /** Default `GET`. */
  readonly method?: string
  /** Path and query as they would stand in the request line; default `/`. */
  readonly target?: string
  readonly headers?: HeaderList
  /** A source is asked for its chunks as the body is read. */
  readonly body?: string | Uint8Array | StreamSource
  readonly remoteAddress?: string
  /** Default `http`. */
  readonly scheme?: Scheme
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
}

const TARGET = /^\/[!$-;=?-Z[\]^-~]*$/
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Makes a request without a connection, for tests and for calls within the process.
 *
 * @throws {OptionError} for a target or header that could not come over the wire
 */
export function createRequest(init: RequestInit = {}): HttpRequest {
  const { method = 'GET', target = '/', headers = [], body, remoteAddress } = init
  if (!TARGET.test(target)) {
    throw new OptionError('createRequest target', target, 'a percent-encoded path with query')
  }
  let fields = ''
  for (const [name, value] of headers) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw new OptionError('createRequest headers', `${name}: ${value}`, 'valid names and values')
    }
    fields += `${name}: ${value}\r\n`
  }
  const origin: RequestOrigin = {
    remoteAddress,
    peer: {
      address: remoteAddress,
      scheme: init.scheme ?? 'http',
      tls: undefined,
      trust: undefined,
    },
    maxBodyBytes: init.maxBodyBytes ?? 1_048_576,
    wantBody: () => {},
  }
  const question = target.indexOf('?')
  const path = question === -1 ? target : target.slice(0, question)
  const query = question === -1 ? undefined : target.slice(question + 1)
  const { maxBodyBytes } = origin
  const provided = body === undefined ? undefined : new ProvidedBody(body, maxBodyBytes)
  return new HttpRequest(origin, method, path, query, undefined, fields, 1, true, false, provided)
}
