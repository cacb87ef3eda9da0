import { negotiateMediaType, parseAccept } from '../content/accept.ts'
import { negotiateEncoding } from '../content/accept-encoding.ts'
import { mayBeConditional } from '../content/conditional-fields.ts'
import type { ContentHandler, ContentRequest } from '../content/handler.ts'
import { HttpResponse } from '../message/response.ts'
import {
  FORBIDDEN,
  METHOD_NOT_ALLOWED,
  NOT_ACCEPTABLE,
  NOT_FOUND,
  toHttpFailure,
} from './errors.ts'
import { toFilePath } from './file-path.ts'
import { planFile, respondFromFile, respondFromMemory, respondWithHead } from './file-response.ts'
import { FileStore } from './file-store.ts'
import { type StaticFilesOptions, type StaticSettings, staticSettings } from './options.ts'
import type { Representation } from './representation.ts'
import type { Resource } from './resource-cache.ts'

/** A file that changes faster than it can be opened is given up. */
const MAX_ATTEMPTS = 3

/**
 * A handler that serves the files below a folder: with validators, ranges, compressed siblings, index
 * files and redirects to them.
 *
 * What is not there, or must not be seen, fails with `HttpError` 404 (403 as far as `dotfiles` or the
 * file's own permissions say so), another method than GET and HEAD with 405, and no descriptors left
 * with 503.
 *
 * @param root - the folder, absolute or relative to the working directory
 * @throws {OptionError} on unknown or impossible options, or if the folder does not exist
 */
export function staticFiles(
  root: string,
  options: StaticFilesOptions = {},
): ContentHandler<ContentRequest> {
  const files = new StaticFiles(staticSettings(root, options))
  return (request) => files.respond(request)
}

class StaticFiles {
  readonly #settings: StaticSettings
  readonly #store: FileStore
  readonly #prefix: string

  constructor(settings: StaticSettings) {
    this.#settings = settings
    this.#store = new FileStore(settings)
    this.#prefix = settings.prefix
  }

  respond(request: ContentRequest): HttpResponse | Promise<HttpResponse> {
    const { method } = request
    if (method !== 'GET' && method !== 'HEAD') throw METHOD_NOT_ALLOWED
    const path = this.#pathBelowPrefix(request.path)
    // Without an escape a path is the key itself, if the file was found before.
    if (!path.includes('%')) {
      const resource = this.#store.recall(path)
      if (resource !== undefined) return this.#respondWith(request, path, resource)
    }
    return this.#lookUp(request, path)
  }

  #pathBelowPrefix(path: string): string {
    const prefix = this.#prefix
    if (prefix === '') return path
    if (!path.startsWith(prefix)) throw NOT_FOUND
    if (path.length === prefix.length) return ''
    if (path[prefix.length] !== '/') throw NOT_FOUND
    return path.slice(prefix.length)
  }

  #lookUp(request: ContentRequest, path: string): HttpResponse | Promise<HttpResponse> {
    // The mount point itself, without its slash.
    if (path === '') return redirect(request)
    const { dotfiles } = this.#settings
    const place = toFilePath(path, dotfiles, process.platform === 'win32')
    if (place.kind === 'refused') throw place.status === 403 ? FORBIDDEN : NOT_FOUND
    const key = place.kind === 'folder' && place.path !== '' ? `/${place.path}/` : `/${place.path}`
    const known = this.#store.recall(key)
    if (known !== undefined) return this.#respondWith(request, key, known)
    return this.#find(request, key, place).catch((error: unknown) => {
      throw toHttpFailure(error)
    })
  }

  async #find(
    request: ContentRequest,
    key: string,
    place: { readonly kind: 'file' | 'folder'; readonly path: string },
  ): Promise<HttpResponse> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const found = await this.#store.find(key, place)
      if (found === 'folder') return redirect(request)
      if (found === undefined) return this.#fallBack(request, place.path)
      const response = await this.#tryRespond(request, key, found)
      if (response !== undefined) return response
    }
    throw NOT_FOUND
  }

  #fallBack(request: ContentRequest, path: string): HttpResponse | Promise<HttpResponse> {
    const { fallback } = this.#settings
    if (fallback === undefined || path === fallback || !isNavigation(request, path)) {
      throw NOT_FOUND
    }
    const key = `/${fallback}`
    const known = this.#store.recall(key)
    if (known !== undefined) return this.#respondWith(request, key, known)
    return this.#find(request, key, { kind: 'file', path: fallback })
  }

  #respondWith(
    request: ContentRequest,
    key: string,
    resource: Resource,
  ): HttpResponse | Promise<HttpResponse> {
    const response = this.#tryRespond(request, key, resource)
    if (response instanceof HttpResponse) return response
    return response.then(
      // The file is another since it was looked at.
      (sent) => sent ?? this.#lookUp(request, this.#pathBelowPrefix(request.path)),
      (error: unknown) => {
        throw toHttpFailure(error)
      },
    )
  }

  /** @returns undefined if the file is another by now */
  #tryRespond(
    request: ContentRequest,
    key: string,
    resource: Resource,
  ): HttpResponse | Promise<HttpResponse | undefined> {
    const representation = choose(request, resource)
    const { bytes, whole } = representation
    if (whole !== undefined && !mayBeConditional(request)) return whole
    const plan = planFile(request, representation, this.#settings)
    if (plan instanceof HttpResponse) return plan
    if (bytes !== undefined && whole !== undefined) {
      return plan.status === 200 ? whole : respondFromMemory(plan, bytes)
    }
    if (request.method === 'HEAD') return respondWithHead(plan)
    return this.#store
      .open(key, representation)
      .then((handle) => (handle === undefined ? undefined : respondFromFile(plan, handle)))
  }
}

/** @throws {HttpError} 406 */
function choose(request: ContentRequest, { original, coded }: Resource): Representation {
  if (coded.length === 0) return original
  const codings = coded.flatMap(({ coding }) => coding ?? [])
  const coding = negotiateEncoding(request.header('accept-encoding'), codings)
  if (coding === undefined) throw NOT_ACCEPTABLE
  return coded.find((each) => each.coding === coding) ?? original
}

/** A browser that goes to a page says so; scripts, images and programs do not ask for HTML. */
function isNavigation(request: ContentRequest, path: string): boolean {
  const accept = request.header('accept')
  if (accept === undefined || /\.[^/]*$/.test(path)) return false
  if (negotiateMediaType(accept, ['text/html']) === undefined) return false
  return parseAccept(accept).some(({ type, subtype }) => type === 'text' && subtype === 'html')
}

/** To the same path with a slash behind it, so that relative links work. */
function redirect(request: ContentRequest): HttpResponse {
  const { path, queryString } = request
  const location = queryString === '' ? `${path}/` : `${path}/?${queryString}`
  return new HttpResponse(301, null, undefined, [['location', location]])
}
