import { addressOfNode, hostOf, schemeOf } from './node-text.ts'
import type { Scheme } from './peer.ts'
import type { HeaderSource } from './proxy-trust.ts'

/** What one proxy says of whoever it got the request from. */
export interface Hop {
  /** Undefined if it is hidden, unknown, or no address. */
  readonly address: string | undefined
  readonly scheme: Scheme | undefined
  readonly host: string | undefined
}

/** `name "=" ( token / quoted-string )`, from where the last match has ended. */
const PAIR =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)|"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)")/y
const COMMA = /[ \t]*,[ \t]*/y

/**
 * The hops that `Forwarded` tells of; the nearest proxy's is the last.
 *
 * @returns none if the field is missing, or malformed anywhere: half of it may say the opposite
 * @see RFC 7239, section 4
 */
export function parseForwarded(request: HeaderSource): readonly Hop[] {
  const text = request.header('forwarded')
  if (text === undefined) return []
  const hops: Hop[] = []
  for (let at = 0; at <= text.length; ) {
    const pairs = new Map<string, string>()
    const end = readElement(text, at, pairs)
    if (end === undefined) return []
    hops.push(toHop(pairs))
    if (end === text.length) return hops
    COMMA.lastIndex = end
    if (!COMMA.test(text)) return []
    at = COMMA.lastIndex
  }
  return []
}

/** @returns the offset behind the element; undefined if it is malformed, or names a thing twice */
function readElement(text: string, start: number, pairs: Map<string, string>): number | undefined {
  for (let at = start; ; at++) {
    PAIR.lastIndex = at
    const match = PAIR.exec(text)
    if (match === null) return undefined
    const [, name = '', token, quoted = ''] = match
    const key = name.toLowerCase()
    if (pairs.has(key)) return undefined
    pairs.set(key, token ?? quoted.replaceAll(/\\(.)/g, '$1'))
    at = PAIR.lastIndex
    if (text[at] !== ';') return at
  }
}

function toHop(pairs: ReadonlyMap<string, string>): Hop {
  return {
    address: addressOfNode(pairs.get('for')),
    scheme: schemeOf(pairs.get('proto')),
    host: hostOf(pairs.get('host')),
  }
}
