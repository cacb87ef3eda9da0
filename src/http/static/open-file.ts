import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises'
import { sep } from 'node:path'
import { isAbsent } from './errors.ts'

/** What is there: a file that must be closed, a folder, or nothing that may be served. */
export type Opened =
  | { readonly kind: 'file'; readonly handle: FileHandle; readonly stats: Stats }
  | { readonly kind: 'folder' }
  | undefined

// Without O_NONBLOCK a pipe would be waited for until somebody writes to it.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a file below `root`, and makes sure that it lies there.
 *
 * It is opened first, and what is open is looked at then: nobody can put a link in its place in
 * between.
 *
 * @param anywhere - links may lead out of the root
 * @returns fails with the system's error
 */
export function openBelow(root: string, path: string, anywhere: boolean): Promise<Opened> {
  const whole = path === '' ? root : `${root}${sep}${path}`
  return openWhere(whole, anywhere ? undefined : root)
}

/** Opens a file, wherever it lies. */
export function openAnywhere(path: string): Promise<Opened> {
  return openWhere(path, undefined)
}

/** @param root - where it has to lie, if that matters */
async function openWhere(whole: string, root: string | undefined): Promise<Opened> {
  let handle: FileHandle
  try {
    handle = await open(whole, FLAGS)
  } catch (error) {
    if (isAbsent(error)) return undefined
    // Windows does not open folders.
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return { kind: 'folder' }
    throw error
  }
  try {
    const stats = await handle.stat()
    const isServed = stats.isFile() || stats.isDirectory()
    if (isServed && (root === undefined || (await isBelow(root, whole, handle, stats)))) {
      if (stats.isDirectory()) {
        await handle.close()
        return { kind: 'folder' }
      }
      return { kind: 'file', handle, stats }
    }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}

/** The root itself may be a link, and be turned to another folder while we serve. */
async function isBelow(
  root: string,
  path: string,
  handle: FileHandle,
  stats: Stats,
): Promise<boolean> {
  const [realRoot, real] = await Promise.all([realpath(root), realPathOf(path, handle, stats)])
  if (real === undefined) return false
  return real === realRoot || real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)
}

/** Where an open file lies; undefined if it cannot be told for sure. */
async function realPathOf(
  path: string,
  handle: FileHandle,
  stats: Stats,
): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const link = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined)
    if (link !== undefined) return link
  }
  const real = await realpath(path)
  const there = await stat(real)
  return there.dev === stats.dev && there.ino === stats.ino ? real : undefined
}
