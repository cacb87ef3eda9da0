import { Buffer } from 'node:buffer'
import { isIPv4, isIPv6 } from 'node:net'
import {
  LOCAL_HEADER,
  type ParsedProxyHeader,
  type ProxyAddress,
  ProxyProtocolError,
} from './header.ts'

export const VERSION_1_PREFIX: Buffer = Buffer.from('PROXY ')

/** The longest line there can be, with its end. */
const MAX_LINE_BYTES = 107
const ADDRESSES = /^PROXY (TCP4|TCP6) ([\d.a-fA-F:]+) ([\d.a-fA-F:]+) (\d{1,5}) (\d{1,5})$/
const CR = 13

/**
 * Reads `PROXY TCP4 source destination port port CRLF`.
 *
 * @returns undefined if the end of the line has not come yet
 * @throws {ProxyProtocolError} for anything but that, or `PROXY UNKNOWN`
 * @see The PROXY protocol, section 2.1
 */
export function parseVersion1(bytes: Buffer): ParsedProxyHeader | undefined {
  const end = bytes.indexOf('\n')
  const lineEnd = end === -1 ? bytes.length : end + 1
  if (lineEnd > MAX_LINE_BYTES || (end === -1 && lineEnd === MAX_LINE_BYTES)) {
    throw new ProxyProtocolError(`its line is longer than ${MAX_LINE_BYTES} bytes`)
  }
  if (end === -1) return undefined
  if (bytes[end - 1] !== CR) throw new ProxyProtocolError('its line does not end in CRLF')
  const line = bytes.toString('latin1', 0, end - 1)
  // What stands behind UNKNOWN is to be ignored.
  if (/^PROXY UNKNOWN(?: [^\r]*)?$/.test(line)) return { header: LOCAL_HEADER, end: lineEnd }
  const [, family, from = '', to = '', fromPort = '', toPort = ''] = ADDRESSES.exec(line) ?? []
  if (family === undefined) throw new ProxyProtocolError('its line has another form')
  const source = addressOf(family, from, fromPort)
  const destination = addressOf(family, to, toPort)
  const header = { source, destination, isEncrypted: false, authority: undefined }
  return { header, end: lineEnd }
}

function addressOf(family: string, address: string, portText: string): ProxyAddress {
  const isValid = family === 'TCP4' ? isIPv4(address) : isIPv6(address)
  if (!isValid) throw new ProxyProtocolError(`${address} is no address of ${family}`)
  const port = Number(portText)
  if (port > 65_535 || String(port) !== portText) {
    throw new ProxyProtocolError(`${portText} is no port`)
  }
  return { address, port }
}
