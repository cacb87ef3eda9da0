import { readFile } from 'node:fs/promises'

const cache = new Map<string, Promise<Uint8Array | undefined>>()

/**
 * One file of Swagger UI, from the published package (`swagger-ui/` beside this module) or from the
 * development dependency.
 *
 * @returns undefined if it is in neither place
 */
export function readSwaggerAsset(name: string): Promise<Uint8Array | undefined> {
  let found = cache.get(name)
  if (found === undefined) {
    found = locate(name)
    cache.set(name, found)
  }
  return found
}

async function locate(name: string): Promise<Uint8Array | undefined> {
  const beside = await readIfThere(new URL(`./swagger-ui/${name}`, import.meta.url))
  if (beside !== undefined) return beside
  let url: string
  try {
    url = import.meta.resolve(`swagger-ui-dist/${name}`)
  } catch {
    return undefined
  }
  return readIfThere(new URL(url))
}

async function readIfThere(url: URL): Promise<Uint8Array | undefined> {
  try {
    return await readFile(url)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
