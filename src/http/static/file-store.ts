import type { FileHandle } from 'node:fs/promises'
import type { FilePath } from './file-path.ts'
import { type Opened, openBelow } from './open-file.ts'
import type { PrecompressedCoding, StaticSettings } from './options.ts'
import { type Representation, represent, versionOf } from './representation.ts'
import { type Resource, ResourceCache } from './resource-cache.ts'

/** What a path leads to: a resource, a folder that wants a slash behind its name, or nothing. */
export type Found = Resource | 'folder' | undefined

const EXTENSIONS: Readonly<Record<PrecompressedCoding, string>> = {
  br: '.br',
  zstd: '.zst',
  gzip: '.gz',
}

/** Finds files below a root, and remembers them for a while. */
export class FileStore {
  readonly #settings: StaticSettings
  readonly #cache: ResourceCache
  /** Lookups under way: many who ask for the same file wait for one. */
  readonly #pending = new Map<string, Promise<Found>>()

  constructor(settings: StaticSettings) {
    this.#settings = settings
    this.#cache = new ResourceCache(settings.cacheBytes)
  }

  /** What is known without a look at the disk. */
  recall(key: string): Resource | undefined {
    return this.#cache.fresh(key, performance.now() - this.#settings.revalidateMs)
  }

  /** @returns fails with the system's error if what is there cannot be opened */
  find(key: string, place: FilePath & { readonly path: string }): Promise<Found> {
    const pending = this.#pending.get(key)
    if (pending !== undefined) return pending
    const found = this.#find(key, place).finally(() => {
      this.#pending.delete(key)
    })
    this.#pending.set(key, found)
    return found
  }

  /**
   * Opens the file of a representation to read it.
   *
   * @returns undefined if it is another by now; it is forgotten then
   */
  async open(key: string, representation: Representation): Promise<FileHandle | undefined> {
    const opened = await this.#open(representation.path)
    if (opened?.kind === 'file') {
      if (versionOf(opened.stats) === representation.version) return opened.handle
      await opened.handle.close()
    }
    this.#cache.delete(key)
    return undefined
  }

  async #find(key: string, { kind, path }: FilePath & { readonly path: string }): Promise<Found> {
    const startMs = performance.now()
    const last = this.#cache.last(key)
    const found =
      kind === 'folder' ? await this.#findIndex(path, last) : await this.#findFile(path, last)
    if (found === undefined || found === 'folder') this.#cache.delete(key)
    else this.#cache.set(key, found, startMs)
    return found
  }

  async #findFile(path: string, last: Resource | undefined): Promise<Found> {
    const opened = await this.#open(path)
    if (opened?.kind === 'file') return this.#resource(opened, path, last)
    if (opened === undefined) return undefined
    return (await this.#findIndex(path, undefined)) === undefined ? undefined : 'folder'
  }

  async #findIndex(path: string, last: Resource | undefined): Promise<Resource | undefined> {
    for (const name of this.#settings.index) {
      const file = path === '' ? name : `${path}/${name}`
      const opened = await this.#open(file)
      if (opened?.kind === 'file') return this.#resource(opened, file, last)
    }
    return undefined
  }

  async #resource(
    opened: Extract<Opened, { kind: 'file' }>,
    path: string,
    last: Resource | undefined,
  ): Promise<Resource> {
    const original = await this.#represent(opened, path, path, undefined, last?.original)
    const coded: Representation[] = []
    for (const coding of this.#settings.precompressed) {
      const beside = `${path}${EXTENSIONS[coding]}`
      const file = await this.#open(beside)
      if (file?.kind !== 'file') continue
      const before = last?.coded.find((each) => each.coding === coding)
      coded.push(await this.#represent(file, beside, path, coding, before))
    }
    return { original, coded }
  }

  async #represent(
    { handle, stats }: Extract<Opened, { kind: 'file' }>,
    path: string,
    original: string,
    coding: PrecompressedCoding | undefined,
    last: Representation | undefined,
  ): Promise<Representation> {
    try {
      const isSame = last?.isSettled === true && last.path === path
      if (isSame && last.version === versionOf(stats)) return last
      return await represent(handle, stats, path, original, coding, this.#settings)
    } finally {
      await handle.close()
    }
  }

  #open(path: string): Promise<Opened> {
    return openBelow(this.#settings.root, path, this.#settings.followSymlinks)
  }
}
