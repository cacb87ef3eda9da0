import { OptionError } from '../../core/errors.ts'

const NAME = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/
const ADDRESS = /^\[[0-9a-f:.]+\]$/
/** `uri-host [ ":" port ]`, RFC 9110, 7.2; what else there is names no host. */
const HOST = /^([A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?$/

/**
 * The host of a `Host` header, in lower case and without its port or a final dot.
 *
 * @returns undefined for anything that is no host
 */
export function hostNameOf(host: string): string | undefined {
  const name = HOST.exec(host)?.[1]?.toLowerCase()
  return name?.endsWith('.') === true ? name.slice(0, -1) : name
}

/**
 * Makes a test of hosts: names, addresses, and `*.example.com` for everything below a name.
 *
 * @throws {OptionError} for what can match no host
 */
export function compileHosts(
  where: string,
  patterns: readonly string[],
): (name: string) => boolean {
  const exact = new Set<string>()
  const ends: string[] = []
  if (!Array.isArray(patterns) || patterns.length === 0) {
    throw new OptionError(where, patterns, 'an array of hosts that is not empty')
  }
  for (const pattern of patterns as readonly unknown[]) {
    if (typeof pattern !== 'string' || !(NAME.test(pattern) || ADDRESS.test(pattern))) {
      const expected = "hosts without a port such as 'example.com', '*.example.com' or '[::1]'"
      throw new OptionError(where, pattern, expected)
    }
    if (pattern.startsWith('*')) ends.push(pattern.slice(1))
    else exact.add(pattern)
  }
  return (name) => exact.has(name) || ends.some((end) => name.endsWith(end) && name !== end)
}
