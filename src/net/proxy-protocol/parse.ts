import type { Buffer } from 'node:buffer'
import { type ParsedProxyHeader, ProxyProtocolError } from './header.ts'
import { parseVersion1, VERSION_1_PREFIX } from './version-1.ts'
import { parseVersion2, VERSION_2_SIGNATURE } from './version-2.ts'

/**
 * Reads the header of the PROXY protocol, version 1 or 2, that stands before everything else.
 *
 * @param bytes - what has arrived so far
 * @returns undefined if more is needed; never once 4112 bytes are there
 * @throws {ProxyProtocolError} as soon as the bytes cannot become a header
 * @see The PROXY protocol, versions 1 & 2 (haproxy.org), section 2
 */
export function parseProxyHeader(bytes: Buffer): ParsedProxyHeader | undefined {
  if (startsAs(bytes, VERSION_2_SIGNATURE)) return parseVersion2(bytes)
  if (startsAs(bytes, VERSION_1_PREFIX)) return parseVersion1(bytes)
  throw new ProxyProtocolError('it starts with neither signature')
}

/** Whether `bytes` and `prefix` agree as far as both go. */
function startsAs(bytes: Buffer, prefix: Buffer): boolean {
  const length = Math.min(bytes.length, prefix.length)
  return bytes.compare(prefix, 0, length, 0, length) === 0
}
