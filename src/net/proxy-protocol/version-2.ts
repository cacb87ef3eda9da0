import { Buffer } from 'node:buffer'
import { crc32c } from './crc32c.ts'
import {
  LOCAL_HEADER,
  type ParsedProxyHeader,
  type ProxyAddress,
  type ProxyHeader,
  ProxyProtocolError,
} from './header.ts'

export const VERSION_2_SIGNATURE: Buffer = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

/** Signature, version and command, family and protocol, length. */
const FIXED_BYTES = 16
/** Addresses take up to 216 bytes; extensions hold names, seldom a certificate's. */
const MAX_LENGTH = 4096
const UNIX_PATH_BYTES = 108
/** Types of extensions: section 2.2. */
const AUTHORITY = 0x02
const CHECKSUM = 0x03
const SSL = 0x20
/** In the first byte of an {@link SSL} extension. */
const CLIENT_SPEAKS_SSL = 0x01

/** Bytes of both addresses with their ports, by family. */
const ADDRESS_BYTES: readonly number[] = [0, 12, 36, 2 * UNIX_PATH_BYTES]

/**
 * Reads the binary header.
 *
 * @returns undefined if a part of it has not come yet
 * @throws {ProxyProtocolError} for another version, a length that does not fit, a wrong checksum
 * @see The PROXY protocol, section 2.2
 */
export function parseVersion2(bytes: Buffer): ParsedProxyHeader | undefined {
  const [command, family] = [bytes[12], bytes[13]]
  if (command !== undefined && command !== 0x20 && command !== 0x21) {
    throw new ProxyProtocolError(`version and command are 0x${command.toString(16)}`)
  }
  // The upper half is the family, the lower one says stream or datagram.
  if (family !== undefined && (family >> 4 > 3 || (family & 15) > 2)) {
    throw new ProxyProtocolError(`family and protocol are 0x${family.toString(16)}`)
  }
  if (bytes.length < FIXED_BYTES || family === undefined) return undefined
  const length = bytes.readUInt16BE(14)
  if (length > MAX_LENGTH) throw new ProxyProtocolError(`it is ${length} bytes long`)
  const end = FIXED_BYTES + length
  if (bytes.length < end) return undefined
  // LOCAL: whatever follows is to be skipped.
  return {
    header: command === 0x20 ? LOCAL_HEADER : proxied(bytes.subarray(0, end), family >> 4),
    end,
  }
}

function proxied(whole: Buffer, family: number): ProxyHeader {
  const extensions = FIXED_BYTES + ADDRESS_BYTES[family]!
  if (whole.length < extensions) throw new ProxyProtocolError('its addresses are cut off')
  const [source, destination] = addresses(whole.subarray(FIXED_BYTES, extensions), family)
  return { source, destination, ...readExtensions(whole, extensions) }
}

function addresses(part: Buffer, family: number): (ProxyAddress | undefined)[] {
  switch (family) {
    case 1:
      return [0, 4].map((at, index) => ({
        address: part.subarray(at, at + 4).join('.'),
        port: part.readUInt16BE(8 + 2 * index),
      }))
    case 2:
      return [0, 16].map((at, index) => ({
        address: ipv6Text(part.subarray(at, at + 16)),
        port: part.readUInt16BE(32 + 2 * index),
      }))
    case 3:
      return [0, UNIX_PATH_BYTES].map((at) => ({
        address: pathText(part.subarray(at, at + UNIX_PATH_BYTES)),
        port: 0,
      }))
    default:
      return [undefined, undefined]
  }
}

/** Type, length and value, one after the other. */
function readExtensions(
  whole: Buffer,
  start: number,
): Pick<ProxyHeader, 'isEncrypted' | 'authority'> {
  let isEncrypted = false
  let authority: string | undefined
  for (let at = start; at < whole.length; ) {
    const valueStart = at + 3
    const end = valueStart <= whole.length ? valueStart + whole.readUInt16BE(at + 1) : Infinity
    if (end > whole.length) throw new ProxyProtocolError('an extension is cut off')
    const value = whole.subarray(valueStart, end)
    switch (whole[at]) {
      case SSL:
        if (value.length < 5) throw new ProxyProtocolError('its SSL extension is cut off')
        isEncrypted = (value[0]! & CLIENT_SPEAKS_SSL) !== 0
        break
      case AUTHORITY:
        authority = value.toString('utf8')
        break
      case CHECKSUM:
        assertChecksum(whole, valueStart, value)
        break
    }
    at = end
  }
  return { isEncrypted, authority }
}

/** Made over the whole header, with zeros in the place of the checksum. */
function assertChecksum(whole: Buffer, start: number, value: Buffer): void {
  const copy = Buffer.from(whole)
  copy.fill(0, start, start + value.length)
  if (value.length !== 4 || value.readUInt32BE(0) !== crc32c(copy)) {
    throw new ProxyProtocolError('its checksum is wrong')
  }
}

/** The short form of RFC 5952, as URLs have it. */
function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

function pathText(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end)
}
