import { isIP, isIPv4, isIPv6 } from 'node:net'
import type { Scheme } from './peer.ts'

const HOST = /^(?:\[[0-9a-f:.]+\]|[0-9a-z\-._~]+)(?::\d{1,5})?$/i

/** The address of a node: `10.0.0.1`, `::1`, `[::1]`, each with or without a port. */
export function addressOfNode(node: string | undefined): string | undefined {
  if (node === undefined) return undefined
  if (isIP(node) !== 0) return node.includes('%') ? undefined : node
  const [, inBrackets] = /^\[([0-9a-fA-F:.]+)\](?::[\w.-]+)?$/.exec(node) ?? []
  if (inBrackets !== undefined) return isIPv6(inBrackets) ? inBrackets : undefined
  const [, beforePort = ''] = /^([\d.]+):[\w.-]+$/.exec(node) ?? []
  return isIPv4(beforePort) ? beforePort : undefined
}

export function schemeOf(text: string | undefined): Scheme | undefined {
  const name = text?.toLowerCase()
  return name === 'http' || name === 'https' ? name : undefined
}

export function hostOf(text: string | undefined): string | undefined {
  return text !== undefined && HOST.test(text) ? text : undefined
}
