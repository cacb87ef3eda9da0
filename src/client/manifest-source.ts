import type { Manifest, ManifestGroup, ManifestRoute } from '../app/index.ts'
import { Future } from '../future/future.ts'
import { timeoutAsync } from '../future/time/timeout.ts'
import { ClientCallError } from './errors.ts'
import type { ClientSettings } from './options.ts'

/** Knows the manifest of a client: at once if it was given, else when the server has told it. */
export class ManifestSource {
  readonly #settings: ClientSettings
  #manifest: Future<Manifest> | undefined

  constructor(settings: ClientSettings) {
    this.#settings = settings
    if (settings.manifest !== undefined) this.#manifest = Future.ready(settings.manifest)
  }

  /** @returns fails with {@link ClientCallError} `CLIENT_ROUTE` or `CLIENT_MANIFEST` */
  route(names: readonly string[]): Future<ManifestRoute> {
    this.#manifest ??= this.#load()
    return this.#manifest.then((manifest) => find(manifest, names))
  }

  #load(): Future<Manifest> {
    const { baseUrl, manifestPath, fetch, timeoutMs } = this.#settings
    const url = baseUrl + manifestPath
    const read = async (signal: AbortSignal): Promise<Manifest> => {
      const response = await fetch(url, { signal })
      if (response.ok) return (await response.json()) as Manifest
      await response.body?.cancel()
      throw new Error(`it answered ${response.status}`)
    }
    return timeoutAsync(read, timeoutMs, { what: `GET ${url}` })
      .then((manifest) => {
        if (manifest?.version !== 1) throw new Error('it is no manifest of this version')
        return manifest
      })
      .catch((cause: unknown) => {
        // The next call asks again.
        this.#manifest = undefined
        const reason = cause instanceof Error ? cause.message : String(cause)
        const advice = 'serve manifestRoute(api), or pass the option manifest'
        const message = `The client has no manifest from ${url} (${reason}): ${advice}`
        throw new ClientCallError('CLIENT_MANIFEST', message, { cause })
      })
  }
}

function find(manifest: Manifest, names: readonly string[]): ManifestRoute {
  let at: ManifestGroup | ManifestRoute = manifest
  for (const name of names) {
    const next: ManifestGroup | ManifestRoute | undefined =
      'routes' in at && Object.hasOwn(at.routes, name) ? at.routes[name] : undefined
    if (next === undefined) {
      const known = 'routes' in at ? Object.keys(at.routes).join(', ') : 'nothing'
      const message = `The manifest has no route ${names.join('.')}: there is ${known}`
      throw new ClientCallError('CLIENT_ROUTE', message)
    }
    at = next
  }
  if ('method' in at) return at
  throw new ClientCallError('CLIENT_ROUTE', `${names.join('.') || 'The client'} is a router`)
}
