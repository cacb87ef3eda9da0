import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { HttpError } from '../../../http/index.ts'

/** A file of a docs page that comes from a package. */
export interface Asset {
  readonly bytes: Uint8Array
  /** Stands in its URL: a new version is a new URL, so that browsers may keep the old for ever. */
  readonly version: string
}

/** Where each file is among the development dependencies. */
const PACKAGES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'oauth2-redirect.js': 'swagger-ui-dist/oauth2-redirect.js',
  'favicon-32x32.png': 'swagger-ui-dist/favicon-32x32.png',
  'redoc.standalone.js': 'redoc/bundles/redoc.standalone.js',
}

const cache = new Map<string, Promise<Asset>>()

/**
 * One file, from the published package (`assets/` beside this module) or from the development
 * dependency.
 *
 * @returns rejects with {@link HttpError} 404 if it is in neither place
 */
export function readAsset(name: string): Promise<Asset> {
  let found = cache.get(name)
  if (found === undefined) {
    found = locate(name).then((bytes) => {
      const version = createHash('sha256').update(bytes).digest('base64url').slice(0, 12)
      return { bytes, version }
    })
    cache.set(name, found)
  }
  return found
}

async function locate(name: string): Promise<Uint8Array> {
  const beside = await readIfThere(new URL(`./assets/${name}`, import.meta.url))
  if (beside !== undefined) return beside
  const file = PACKAGES[name] ?? name
  let url: string | undefined
  try {
    url = import.meta.resolve(file)
  } catch {
    // answered below: not installed
  }
  const installed = url === undefined ? undefined : await readIfThere(new URL(url))
  if (installed === undefined) throw new HttpError(404, `${file} is not installed`)
  return installed
}

async function readIfThere(url: URL): Promise<Uint8Array | undefined> {
  try {
    return await readFile(url)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
