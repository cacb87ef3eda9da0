import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { AddressList } from '../../net/index.ts'
import { type Hop, parseForwarded } from './forwarded.ts'
import type { Scheme } from './peer.ts'
import { parseXForwarded } from './x-forwarded.ts'

/** Which headers say where a request came from. */
export type ProxyHeaders =
  /** `X-Forwarded-For`, `-Proto` and `-Host`. */
  | 'x-forwarded'
  /** `Forwarded`, RFC 7239. */
  | 'forwarded'

/** Whose headers about the client are believed. */
export type TrustProxy =
  /** Proxies by address, network (`10.0.0.0/8`) or name (`loopback`, `linklocal`, `uniquelocal`, `unix`). */
  | readonly string[]
  /** So many proxies stand before this server, whatever their addresses: nobody else may reach it. */
  | number
  | {
      readonly from: readonly string[] | number
      /** The other ones are ignored: proxies pass on what they do not know. Default `x-forwarded`. */
      readonly headers?: ProxyHeaders
    }

/** What headers are asked of a request. */
export interface HeaderSource {
  header(name: string): string | undefined
}

/** Where a request came from, as far as trusted proxies tell. */
export interface Client {
  readonly address: string | undefined
  /** Undefined if no proxy tells. */
  readonly scheme: Scheme | undefined
  readonly host: string | undefined
}

const MAX_HOPS = 100

/** Finds the client behind proxies that are trusted. Everybody else can write what he likes. */
export class ProxyTrust {
  readonly #proxies: AddressList | undefined
  readonly #hops: number
  readonly #parse: (source: HeaderSource) => readonly Hop[]

  /** @throws {OptionError} for anything that does not say exactly who is trusted */
  constructor(where: string, trust: TrustProxy) {
    const isPlain = typeof trust === 'number' || Array.isArray(trust)
    const options = isPlain ? { from: trust as readonly string[] | number } : trust
    if (typeof options !== 'object' || options === null) {
      throw new OptionError(where, trust, 'a list of addresses or a number of proxies')
    }
    const { from, headers = 'x-forwarded' } = options as Exclude<
      TrustProxy,
      number | readonly string[]
    >
    rejectUnknownOptions(where, options, ['from', 'headers'])
    if (headers !== 'x-forwarded' && headers !== 'forwarded') {
      throw new OptionError(`${where}.headers`, headers, "'x-forwarded' or 'forwarded'")
    }
    if (typeof from === 'number' && (!Number.isInteger(from) || from < 1 || from > MAX_HOPS)) {
      throw new OptionError(where, from, `a number of proxies from 1 to ${MAX_HOPS}`)
    }
    this.#hops = typeof from === 'number' ? from : Number.POSITIVE_INFINITY
    this.#proxies = typeof from === 'number' ? undefined : new AddressList(where, from)
    this.#parse = headers === 'forwarded' ? parseForwarded : parseXForwarded
  }

  /**
   * Goes from proxy to proxy, from the nearest on, until one is not trusted: that is the client.
   *
   * A proxy that names no address, or none that can be read, is as far as can be seen.
   *
   * @param address - of the socket; undefined for a Unix socket
   */
  resolve(request: HeaderSource, address: string | undefined): Client {
    let client: Client = { address, scheme: undefined, host: undefined }
    if (!this.#trusts(address)) return client
    const hops = this.#parse(request)
    const first = Math.max(0, hops.length - this.#hops)
    for (let at = hops.length - 1; at >= first; at--) {
      const { address: next, scheme, host } = hops[at]!
      client = {
        address: next ?? client.address,
        scheme: scheme ?? client.scheme,
        host: host ?? client.host,
      }
      if (next === undefined || !this.#trusts(next)) break
    }
    return client
  }

  #trusts(address: string | undefined): boolean {
    return this.#proxies === undefined || this.#proxies.has(address)
  }
}
