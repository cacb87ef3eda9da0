import type { AppRequest } from '../../app/index.ts'
import { OptionError } from '../../core/errors.ts'

/** RFC 9110, section 9.2.1: requests that change nothing. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

export function isSafe({ method }: AppRequest): boolean {
  return SAFE.has(method)
}

/**
 * Whether a request comes from pages of this origin or a trusted one, as the browser says, or from no
 * browser at all.
 *
 * `sec-fetch-site` is sent by all browsers of the last years, and no page can set it; older ones send
 * `origin` with requests that change something.
 *
 * @see Fetch Metadata Request Headers, 2.4
 */
export function isOwnOrigin(request: AppRequest, trusted: ReadonlySet<string>): boolean {
  const site = request.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return true
  const origin = request.header('origin')
  if (origin !== undefined && trusted.has(origin)) return true
  if (site !== undefined) return false
  return origin === undefined || isSameHost(origin, request.host)
}

/** The scheme is left out: behind a proxy that nobody trusts it is not known. */
function isSameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false
  const { protocol, host: from } = new URL(origin)
  const own = `${protocol}//${host}`
  return URL.canParse(own) && new URL(own).host === from
}

/** @throws {OptionError} if one is no origin as browsers write them */
export function originsOption(
  where: string,
  given: readonly string[] | undefined = [],
): ReadonlySet<string> {
  const expected = "origins such as 'https://shop.example.com'"
  if (!Array.isArray(given)) throw new OptionError(where, given, expected)
  for (const each of given) {
    if (!URL.canParse(each) || new URL(each).origin !== each) {
      throw new OptionError(where, each, expected)
    }
  }
  return new Set(given)
}

/** Paths that are not protected: exact ones, those that begin like `/hooks/*`, or what a function says. */
export type Exemption = readonly string[] | ((request: AppRequest) => boolean)

/** @throws {OptionError} if it is neither a list of paths nor a function */
export function exemptionOption(
  where: string,
  given: Exemption | undefined = [],
): (request: AppRequest) => boolean {
  if (typeof given === 'function') return given
  if (!Array.isArray(given) || !given.every((each) => /^\/[^*]*\*?$/.test(each))) {
    throw new OptionError(where, given, "paths such as '/login' and '/hooks/*', or a function")
  }
  const list = given as readonly string[]
  const exact = new Set(list.filter((each) => !each.endsWith('*')))
  const prefixes = list.filter((each) => each.endsWith('*')).map((each) => each.slice(0, -1))
  return ({ path }) => exact.has(path) || prefixes.some((prefix) => path.startsWith(prefix))
}
