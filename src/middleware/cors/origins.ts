import { OptionError } from '../../core/errors.ts'
import type { Eventual } from '../../future/index.ts'
import type { AppRequest } from '../request.ts'

/** Decides about an origin: `true` to allow it. */
export type OriginPredicate = (origin: string, request: AppRequest) => Eventual<boolean>

/**
 * Who may read answers: `*`, origins (`https://example.com`, `https://*.example.com`), expressions that
 * have to match a whole origin, or a function.
 */
export type Origins = string | RegExp | readonly (string | RegExp)[] | OriginPredicate

/** @internal Origins as they are asked: undefined for all. */
export type OriginCheck = OriginPredicate | undefined

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(?:\*\.)?(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/
const EXPECTED =
  "'*', origins such as 'https://example.com' or 'https://*.example.com' (lower case, without a path), expressions, or a function"

/** @throws {OptionError} for a text that is no origin, and can match none */
export function compileOrigins(where: string, origins: Origins): OriginCheck {
  if (origins === '*') return undefined
  if (typeof origins === 'function') return origins
  const list = typeof origins === 'string' || origins instanceof RegExp ? [origins] : origins
  if (!Array.isArray(list)) throw new OptionError(where, origins, EXPECTED)
  if (list.length === 1 && list[0] === '*') return undefined
  const exact = new Set<string>()
  const tests: ((origin: string) => boolean)[] = []
  for (const member of list as readonly unknown[]) {
    if (member instanceof RegExp) tests.push(wholeMatch(member))
    else if (typeof member !== 'string' || !isOrigin(member)) {
      throw new OptionError(where, member, EXPECTED)
    } else if (member.includes('*')) tests.push(subdomainOf(member))
    else exact.add(member)
  }
  return (origin) => exact.has(origin) || tests.some((test) => test(origin))
}

function isOrigin(text: string): boolean {
  if (text === 'null') return true
  if (!ORIGIN.test(text)) return false
  // Browsers leave the port of the scheme out: with it, it would never match.
  const isDefault = /^https:.*:443$|^http:.*:80$/.test(text)
  return !isDefault
}

/** `https://*.example.com`: any host below, at any depth, but not `example.com` itself. */
function subdomainOf(pattern: string): (origin: string) => boolean {
  const star = pattern.indexOf('*')
  const start = pattern.slice(0, star)
  const end = pattern.slice(star + 1)
  return (origin) =>
    origin.startsWith(start) &&
    origin.endsWith(end) &&
    /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(origin.slice(start.length, origin.length - end.length))
}

/** An expression without anchors must not let `https://example.com.evil.test` in. */
function wholeMatch(expression: RegExp): (origin: string) => boolean {
  const flags = expression.flags.replaceAll(/[gy]/g, '')
  const whole = new RegExp(`^(?:${expression.source})$`, flags)
  return (origin) => whole.test(origin)
}
