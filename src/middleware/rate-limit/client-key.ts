import type { AppRequest } from '../request.ts'

/** The address of the client; of IPv6 its network, for a client has all of that to choose from. */
export function clientKey(request: Pick<AppRequest, 'clientAddress'>): string {
  const address = request.clientAddress ?? ''
  return address.includes(':') ? networkOf(address) : address
}

/** The first 64 bits, each group without leading zeros; of an IPv4 address in IPv6 that itself. */
function networkOf(address: string): string {
  const plain = address.split('%', 1)[0] ?? ''
  const tail = plain.slice(plain.lastIndexOf(':') + 1)
  if (tail.includes('.')) return tail
  const [head = '', rest] = plain.split('::', 2)
  const before = head === '' ? [] : head.split(':')
  const after = rest === undefined || rest === '' ? [] : rest.split(':')
  const zeros = rest === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
