import { type AppRequest, type SecurityDependency } from '../../app/index.ts'
import { OptionError } from '../../core/errors.ts'
import { findCookie } from '../../http/index.ts'
import { type Credentials, defineScheme, type SchemeOptions, textOption } from './scheme-options.ts'

export interface ApiKeyOptions extends SchemeOptions {
  readonly in: 'header' | 'query' | 'cookie'
  /** Of the header, query parameter or cookie. */
  readonly name: string
}

const PLACES = {
  header: {
    scheme: 'APIKeyHeader',
    read: (request: AppRequest, name: string) => request.header(name),
  },
  query: {
    scheme: 'APIKeyQuery',
    read: (request: AppRequest, name: string) =>
      new URLSearchParams(request.queryString).getAll(name).at(-1),
  },
  cookie: {
    scheme: 'APIKeyCookie',
    read: (request: AppRequest, name: string) => findCookie(request.header('cookie'), name),
  },
}

/**
 * A key that the client sends with each request; its value is the key, which is yours to compare
 * with `timingSafeEqual`. Answers 401 if it is absent or empty.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function apiKey<const Options extends ApiKeyOptions>(
  options: Options,
): SecurityDependency<Credentials<string, Options>> {
  const { in: place, name } = options
  if (!Object.hasOwn(PLACES, place)) {
    throw new OptionError('apiKey().in', place, "'header', 'query' or 'cookie'")
  }
  textOption('apiKey().name', name ?? '')
  const { scheme, read } = PLACES[place]
  return defineScheme<Credentials<string, Options>>({
    where: 'apiKey()',
    options,
    known: ['in', 'name'],
    defaultName: scheme,
    definition: { type: 'apiKey', in: place, name },
    challenge: 'APIKey',
    read: (request) => read(request, name) || undefined,
  })
}
