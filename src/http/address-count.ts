/** Counts what is open, by address. */
export class AddressCount {
  readonly #limit: number
  readonly #counts = new Map<string, number>()

  /** @param limit - 0: any number, and nothing is counted */
  constructor(limit: number) {
    this.#limit = limit
  }

  get isOn(): boolean {
    return this.#limit > 0
  }

  /** @returns false, and does not count, if as many as allowed are open */
  add(network: string): boolean {
    const count = this.#counts.get(network) ?? 0
    if (count >= this.#limit) return false
    this.#counts.set(network, count + 1)
    return true
  }

  remove(network: string): void {
    const count = this.#counts.get(network) ?? 0
    if (count > 1) this.#counts.set(network, count - 1)
    else this.#counts.delete(network)
  }
}

/** What one client can be expected to have: an IPv4 address, or an IPv6 network of 64 bits. */
export function networkOf(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice(7)
  if (!address.includes(':')) return address
  const [front = '', back = ''] = address.split('%')[0]!.split('::')
  const groups = front === '' ? [] : front.split(':')
  const missing = 8 - groups.length - (back === '' ? 0 : back.split(':').length)
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...back.split(':')]
  return `${all.slice(0, 4).join(':')}::/64`
}
