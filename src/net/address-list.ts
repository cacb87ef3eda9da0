import { BlockList, isIP } from 'node:net'
import { OptionError } from '../core/errors.ts'

/** Groups of addresses that have a name. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}
const EXPECTED =
  "addresses ('10.0.0.1'), networks ('10.0.0.0/8'), 'loopback', 'linklocal', 'uniquelocal' or 'unix'"

/** Addresses and networks, to tell peers that are trusted from others. */
export class AddressList {
  readonly #list = new BlockList()
  readonly #hasUnix: boolean

  /**
   * @param where - for messages: `HttpServer options.trustProxy`
   * @param entries - addresses, networks (`10.0.0.0/8`), or the names `loopback`, `linklocal`,
   * `uniquelocal`, and `unix` for peers on a Unix socket
   * @throws {OptionError} for anything else, or if it is empty
   */
  constructor(where: string, entries: readonly string[]) {
    if (!Array.isArray(entries) || entries.length === 0) {
      throw new OptionError(where, entries, `a list of ${EXPECTED}`)
    }
    for (const entry of entries as readonly unknown[]) {
      if (typeof entry !== 'string') throw new OptionError(where, entry, EXPECTED)
      if (entry !== 'unix') for (const network of NAMED[entry] ?? [entry]) this.#add(where, network)
    }
    this.#hasUnix = entries.includes('unix')
  }

  /** @param address - undefined for a Unix socket; an IPv4 address may come as IPv6 (`::ffff:10.0.0.1`) */
  has(address: string | undefined): boolean {
    if (address === undefined) return this.#hasUnix
    const version = isIP(address)
    return version !== 0 && this.#list.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }

  #add(where: string, network: string): void {
    const [address = '', bits, ...rest] = network.split('/')
    const version = isIP(address)
    const family = version === 4 ? 'ipv4' : 'ipv6'
    if (version === 0 || rest.length > 0 || address.includes('%')) {
      throw new OptionError(where, network, EXPECTED)
    }
    if (bits === undefined) this.#list.addAddress(address, family)
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)) {
      this.#list.addSubnet(address, Number(bits), family)
    } else throw new OptionError(where, network, EXPECTED)
  }
}
