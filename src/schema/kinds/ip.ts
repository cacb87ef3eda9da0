import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { Issues } from '../issue.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from '../schema.ts'
import { normalizedDefinition } from './normalized.ts'

/** Longer text is no address: 45 characters, a zone and a prefix length. */
const MAX_LENGTH = 100

/**
 * An IPv4 address in dotted notation, kept as text.
 *
 * @throws {OptionError} on unknown options
 */
export function ipv4(options: SchemaInfo<string> = {}): Schema<string> {
  return address('ipv4', 'ip_v4_address', 'Input is not a valid IPv4 address', options, toIpv4)
}

/**
 * An IPv6 address, kept as text in its shortest form.
 *
 * @throws {OptionError} on unknown options
 * @see RFC 5952
 */
export function ipv6(options: SchemaInfo<string> = {}): Schema<string> {
  return address('ipv6', 'ip_v6_address', 'Input is not a valid IPv6 address', options, toIpv6)
}

/**
 * An IPv4 or IPv6 address, kept as text.
 *
 * @throws {OptionError} on unknown options
 */
export function ip(options: SchemaInfo<string> = {}): Schema<string> {
  const message = 'value is not a valid IPv4 or IPv6 address'
  return address('ip', 'ip_any_address', message, options, toIp)
}

/**
 * An IPv4 network, `10.0.0.0/8`, kept as text; an address alone is a network of one.
 *
 * @throws {OptionError} on unknown options
 */
export function ipv4Network(options: SchemaInfo<string> = {}): Schema<string> {
  const message = 'Input is not a valid IPv4 network'
  return address('ipv4Network', 'ip_v4_network', message, options, (text) =>
    toNetwork(text, toIpv4, 32),
  )
}

/**
 * An IPv6 network, `2001:db8::/32`, kept as text; an address alone is a network of one.
 *
 * @throws {OptionError} on unknown options
 */
export function ipv6Network(options: SchemaInfo<string> = {}): Schema<string> {
  const message = 'Input is not a valid IPv6 network'
  return address('ipv6Network', 'ip_v6_network', message, options, (text) =>
    toNetwork(text, toIpv6, 128),
  )
}

const FORMATS: Readonly<Record<string, string>> = {
  ip: 'ipvanyaddress',
  ipv4Network: 'ipv4network',
  ipv6Network: 'ipv6network',
}

function address(
  builder: string,
  type: string,
  message: string,
  options: SchemaInfo<string>,
  normalize: (text: string) => string | undefined,
): Schema<string> {
  checkSchemaOptions(builder, options, [])
  const read = (text: string, issues: Issues): unknown =>
    (text.length <= MAX_LENGTH ? normalize(text) : undefined) ?? issues.add(type, message, text)
  const facts = { type: 'string', format: FORMATS[builder] ?? builder }
  return defineSchema(normalizedDefinition(builder, read, facts, { type, message }), options)
}

function toIpv4(text: string): string | undefined {
  return isIPv4(text) ? text : undefined
}

function toIp(text: string): string | undefined {
  return toIpv4(text) ?? toIpv6(text)
}

function toIpv6(text: string): string | undefined {
  if (!isIPv6(text)) return undefined
  const [bare = '', zone] = text.split('%')
  const short = new SocketAddress({ address: bare, family: 'ipv6' }).address
  return zone === undefined ? short : `${short}%${zone}`
}

/** Refuses bits set beyond the prefix: `10.0.0.1/8` is an address, not a network. */
function toNetwork(
  text: string,
  toAddress: (text: string) => string | undefined,
  width: number,
): string | undefined {
  const [first = '', prefix = String(width), ...more] = text.split('/')
  const found = toAddress(first)
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : width + 1
  if (found === undefined || more.length > 0 || bits > width) return undefined
  const host = BigInt(width - bits)
  return (numberOf(found) & ((1n << host) - 1n)) === 0n ? `${found}/${bits}` : undefined
}

function numberOf(found: string): bigint {
  if (isIPv4(found)) return found.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
  const [bare = ''] = found.split('%')
  const [head = '', tail] = bare.split('::')
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  const zeros = Array.from<bigint>({ length: 8 - left.length - right.length }).fill(0n)
  const groups = tail === undefined ? left : [...left, ...zeros, ...right]
  return groups.reduce((sum, group) => sum * 65_536n + group, 0n)
}

/** The last two groups may be written as an IPv4 address. */
function groupsOf(text: string): bigint[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)]
    const four = numberOf(group)
    return [four >> 16n, four & 65_535n]
  })
}
