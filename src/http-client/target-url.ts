import { OptionError } from '../core/errors.ts'

type QueryValue = string | number | boolean | bigint

/** The query of a URL: arrays repeat the parameter, `undefined` leaves it out. */
export type QueryInput =
  | URLSearchParams
  | Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>

/** What fills the `{name}` places of a URL. */
export type PathParams = Readonly<Record<string, QueryValue>>

const PLACE = /\{([^{}]*)\}/g

/** @throws {OptionError} if it is no absolute `http` or `https` URL without query and fragment */
export function readBaseUrl(base: string | URL | undefined): URL | undefined {
  if (base === undefined) return undefined
  const url = parse(String(base))
  if (url === undefined || url.search !== '' || url.hash !== '') {
    throw new OptionError('baseUrl', String(base), 'an http or https URL without a query')
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/**
 * Puts the URL of a call together.
 *
 * With a base the URL continues the base's path, with or without a slash before it. It cannot leave the
 * base, whatever is in it: text of a user in a path must not send credentials to another host.
 *
 * @throws {OptionError} if it is no URL, leaves the base, or a place in it has no value
 */
export function targetUrl(
  base: URL | undefined,
  target: string | URL,
  params: PathParams | undefined,
  query: QueryInput | undefined,
): URL {
  const text = fill(String(target), params)
  const url = base === undefined ? parse(text) : join(base, text)
  if (url === undefined) throw new OptionError('url', text, expectation(base))
  if (query !== undefined) addQuery(url.searchParams, query)
  return url
}

/** @returns the URL as it may stand in messages */
export function displayUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search}`
}

function expectation(base: URL | undefined): string {
  return base === undefined
    ? 'an absolute http or https URL (or set baseUrl)'
    : `a path under ${base.href}`
}

function parse(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined
}

function join(base: URL, text: string): URL | undefined {
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(text)
  const joined = isAbsolute ? text : base.href + text.replace(/^\//, '')
  const url = parse(joined)
  if (url === undefined || url.origin !== base.origin) return undefined
  const isInside = `${url.pathname}/`.startsWith(base.pathname) && url.username === base.username
  return isInside ? url : undefined
}

function fill(target: string, params: PathParams | undefined): string {
  if (params === undefined) return target
  const used = new Set<string>()
  const filled = target.replaceAll(PLACE, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    const text = value === undefined ? '' : String(value)
    // A dot segment would be taken out of the path together with the segment before it.
    if (text === '' || text === '.' || text === '..') {
      throw new OptionError(`params.${name}`, value, 'a value that can stand in a path')
    }
    used.add(name)
    return encodeURIComponent(text)
  })
  for (const name of Object.keys(params)) {
    if (!used.has(name))
      throw new OptionError(`params.${name}`, params[name], `in the URL ${target}`)
  }
  return filled
}

function addQuery(search: URLSearchParams, query: QueryInput): void {
  if (query instanceof URLSearchParams) {
    for (const [name, value] of query) search.append(name, value)
    return
  }
  if (typeof query !== 'object' || query === null) {
    throw new OptionError('query', query, 'an object or URLSearchParams')
  }
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === 'object') {
        throw new OptionError(`query.${name}`, item, 'a string, number, bigint or boolean')
      }
      search.append(name, String(item))
    }
  }
}
