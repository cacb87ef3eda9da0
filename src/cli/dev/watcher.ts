import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import type { WatchedFile } from './messages.ts'
import { stampOf } from './stamp.ts'

/** Editors write a file in several steps; so long after the last one it is read. */
const QUIET_MS = 30

/** What else is seen of a folder: version control and packages change all the time. */
const IGNORED = /(?:^|[/\\])(?:node_modules|\.git)(?:[/\\]|$)/

/**
 * Watches files through their folders, as editors replace files, and a missing file may appear.
 *
 * Only what looks different from when it was loaded counts as changed.
 */
export class FileWatcher {
  readonly #onChange: (files: readonly string[]) => void
  readonly #stamps: Map<string, string | undefined> = new Map()
  readonly #folders: Map<string, FSWatcher> = new Map()
  readonly #trees: FSWatcher[] = []
  readonly #touched: Set<string> = new Set()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param onChange - told of the files that changed within one moment */
  constructor(onChange: (files: readonly string[]) => void) {
    this.#onChange = onChange
  }

  /** How many files there are. */
  get size(): number {
    return this.#stamps.size
  }

  add({ file, stamp }: WatchedFile): void {
    this.#stamps.set(file, stamp)
    this.#watchFolder(dirname(file))
    // It may have changed on the way here.
    this.#touch(file)
  }

  /** Watches a file, or everything in a folder and those below it. */
  addPath(path: string): void {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      this.add({ file: path, stamp: stampOf(path) })
      return
    }
    const tree = watch(path, { recursive: true }, (_, name) => {
      if (name === null || IGNORED.test(name)) return
      const file = join(path, name)
      if (!this.#stamps.has(file)) this.#stamps.set(file, 'unseen')
      this.#touch(file)
    })
    this.#trees.push(tree.on('error', () => {}))
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const watcher of [...this.#folders.values(), ...this.#trees]) watcher.close()
    this.#folders.clear()
  }

  #watchFolder(folder: string): void {
    if (this.#folders.has(folder)) return
    try {
      const watcher = watch(folder, (_, name) => {
        if (name !== null) this.#touch(join(folder, name))
      })
      // A folder that is removed is seen by the files that are gone.
      watcher.on('error', () => this.#folders.delete(folder))
      this.#folders.set(folder, watcher)
    } catch {
      // There is no such folder: the import that asked for it has to change first.
    }
  }

  #touch(file: string): void {
    if (!this.#stamps.has(file)) return
    this.#touched.add(file)
    this.#timer?.close()
    this.#timer = setTimeout(() => this.#look(), QUIET_MS)
  }

  #look(): void {
    const changed: string[] = []
    for (const file of this.#touched) {
      const stamp = stampOf(file)
      if (stamp === this.#stamps.get(file)) continue
      this.#stamps.set(file, stamp)
      changed.push(file)
    }
    this.#touched.clear()
    if (changed.length > 0) this.#onChange(changed)
  }
}
