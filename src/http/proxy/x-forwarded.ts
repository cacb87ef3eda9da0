import type { Hop } from './forwarded.ts'
import { addressOfNode, hostOf, schemeOf } from './node-text.ts'
import type { HeaderSource } from './proxy-trust.ts'

/**
 * The hops that `X-Forwarded-For` tells of; the nearest proxy's is the last.
 *
 * Scheme and host count from the end as well, for only what the nearest proxy has written or passed
 * on is known to be true; a proxy that sets one value, and no list, means it for all.
 */
export function parseXForwarded(request: HeaderSource): readonly Hop[] {
  const addresses = listOf(request.header('x-forwarded-for'))
  const schemes = listOf(request.header('x-forwarded-proto'))
  const hosts = listOf(request.header('x-forwarded-host'))
  const length = Math.max(addresses.length, Math.min(1, schemes.length + hosts.length))
  return Array.from({ length }, (_, at) => {
    const fromEnd = at - length
    return {
      address: addressOfNode(addresses.at(fromEnd)),
      scheme: schemeOf(schemes.at(fromEnd)),
      host: hostOf(hosts.at(fromEnd)),
    }
  })
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',').map((each) => each.trim())
}
