import { statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { HeaderList } from '../message/headers.ts'
import { type DotfilePolicy, toFilePath } from './file-path.ts'

/** A coding of files that lie beside the originals: `app.js.br`, `app.js.zst`, `app.js.gz`. */
export type PrecompressedCoding = 'br' | 'zstd' | 'gzip'

/** How files are served. */
export interface StaticFilesOptions {
  /** Where the files are mounted: removed from the front of request paths; default none. */
  readonly prefix?: string
  /** Files that stand for their folder, the first that exists; default `index.html`. */
  readonly index?: string | readonly string[] | false
  /**
   * The file, below the root, for paths that do not exist, for apps that route in the browser. Only
   * requests that ask for `text/html` get it, and only for paths without an extension.
   */
  readonly fallback?: string
  /** Names that begin with a dot: 404 (`ignore`, the default), 403 (`deny`), or served (`allow`). */
  readonly dotfiles?: DotfilePolicy
  /** Whether symbolic links may lead out of the root; default false. */
  readonly followSymlinks?: boolean
  /** `max-age` of `cache-control`; default 0: clients ask each time whether it has changed. */
  readonly maxAgeSeconds?: number
  /** Paths whose content never changes, such as `/\.[0-9a-f]{8,}\.\w+$/`: kept for a year, unasked. */
  readonly immutable?: RegExp
  /** The whole `cache-control` of a path in place of what the two options above say. */
  readonly cacheControl?: (path: string) => string | undefined
  /** Made of size and time (`stat`, the default), of the content (`hash`), or none. */
  readonly etag?: 'stat' | 'hash' | false
  /** Whether to send `last-modified`; default true. */
  readonly lastModified?: boolean
  /** Whether to answer ranges; default true. */
  readonly ranges?: boolean
  /** More ranges in one request are answered with the whole file; default 32. */
  readonly maxRanges?: number
  /** Codings of files beside the originals, the preferred first; true is br, zstd, gzip. Default none. */
  readonly precompressed?: boolean | readonly PrecompressedCoding[]
  /** Content types by extension, beside and before the common ones. */
  readonly types?: Readonly<Record<string, string>>
  /** More headers for a path. */
  readonly headers?: (path: string) => HeaderList
  /** Memory for the contents of small files, per reactor; default 16 MiB, 0 for none. */
  readonly cacheBytes?: number
  /** Larger files are read anew for each request; default 256 KiB. */
  readonly maxCachedFileBytes?: number
  /** For so long a file is not looked at again; default 1000 ms. */
  readonly revalidateMs?: number
  /** Whether the folder must be there at the start; default true. Until it is, all is 404. */
  readonly mustExist?: boolean
}

/** Every option with its value. */
export interface StaticSettings {
  readonly root: string
  readonly prefix: string
  readonly index: readonly string[]
  readonly fallback: string | undefined
  readonly dotfiles: DotfilePolicy
  readonly followSymlinks: boolean
  readonly maxAgeSeconds: number
  readonly immutable: RegExp | undefined
  readonly cacheControl: StaticFilesOptions['cacheControl']
  readonly etag: 'stat' | 'hash' | false
  readonly lastModified: boolean
  readonly ranges: boolean
  readonly maxRanges: number
  readonly precompressed: readonly PrecompressedCoding[]
  readonly types: Readonly<Record<string, string>>
  readonly headers: StaticFilesOptions['headers']
  readonly cacheBytes: number
  readonly maxCachedFileBytes: number
  readonly revalidateMs: number
}

const CODINGS: readonly PrecompressedCoding[] = ['br', 'zstd', 'gzip']
const OPTION_NAMES = [
  'prefix',
  'index',
  'fallback',
  'dotfiles',
  'followSymlinks',
  'maxAgeSeconds',
  'immutable',
  'cacheControl',
  'etag',
  'lastModified',
  'ranges',
  'maxRanges',
  'precompressed',
  'types',
  'headers',
  'cacheBytes',
  'maxCachedFileBytes',
  'revalidateMs',
  'mustExist',
] satisfies (keyof StaticFilesOptions)[]
const MAX_AGE_SECONDS = 31_536_000
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\x20-\x7e]+$/

/** @throws {OptionError} on unknown or impossible options, or if the root is no folder */
export function staticSettings(root: string, options: StaticFilesOptions): StaticSettings {
  const where = 'staticFiles()'
  rejectUnknownOptions(where, options, OPTION_NAMES)
  const { etag = 'stat', dotfiles = 'ignore', immutable, types = {} } = options
  oneOf(`${where}.etag`, etag, ['stat', 'hash', false])
  oneOf(`${where}.dotfiles`, dotfiles, ['ignore', 'deny', 'allow'])
  if (immutable !== undefined && !(immutable instanceof RegExp)) {
    throw new OptionError(`${where}.immutable`, immutable, 'a regular expression')
  }
  const integer = (name: keyof StaticFilesOptions, fallback: number, max?: number): number =>
    integerOption(`${where}.${name}`, options[name] as number | undefined, fallback, 0, max)
  return {
    root: folderOption(root, flag('mustExist', options.mustExist, true)),
    prefix: prefixOption(options.prefix),
    index: indexOption(options.index),
    fallback: options.fallback === undefined ? undefined : fallbackOption(options.fallback),
    dotfiles,
    followSymlinks: flag('followSymlinks', options.followSymlinks, false),
    maxAgeSeconds: integer('maxAgeSeconds', 0, MAX_AGE_SECONDS),
    immutable,
    cacheControl: functionOption('cacheControl', options.cacheControl),
    etag,
    lastModified: flag('lastModified', options.lastModified, true),
    ranges: flag('ranges', options.ranges, true),
    maxRanges: integer('maxRanges', 32, 1000),
    precompressed: codingsOption(options.precompressed),
    types: typesOption(types),
    headers: functionOption('headers', options.headers),
    cacheBytes: integer('cacheBytes', 16_777_216),
    maxCachedFileBytes: integer('maxCachedFileBytes', 262_144),
    revalidateMs: integer('revalidateMs', 1000),
  }
}

/** Absolute, without a slash at its end. */
function folderOption(root: string, mustExist: boolean): string {
  if (typeof root !== 'string' || root === '' || root.includes('\0')) {
    throw new OptionError('staticFiles() root', root, 'the path of a folder')
  }
  const absolute = resolve(root)
  const found = statSync(absolute, { throwIfNoEntry: false })
  if (found?.isDirectory() !== true && (mustExist || found !== undefined)) {
    throw new OptionError('staticFiles() root', absolute, 'a folder that exists')
  }
  return absolute.endsWith(sep) ? absolute.slice(0, -1) : absolute
}

function prefixOption(prefix = ''): string {
  if (prefix === '' || prefix === '/') return ''
  if (typeof prefix !== 'string' || !/^(?:\/[^/?#{}]+)+$/.test(prefix)) {
    throw new OptionError('staticFiles().prefix', prefix, "a path such as '/assets'")
  }
  return prefix
}

function indexOption(index: StaticFilesOptions['index'] = 'index.html'): readonly string[] {
  if (index === false) return []
  const names = typeof index === 'string' ? [index] : index
  if (Array.isArray(names) && names.every((name) => isSafe(name) && !name.includes('/'))) {
    return names
  }
  throw new OptionError('staticFiles().index', index, 'names of files, or false')
}

function fallbackOption(fallback: string): string {
  if (isSafe(fallback)) return fallback
  throw new OptionError('staticFiles().fallback', fallback, "a file below the root: 'index.html'")
}

function isSafe(path: unknown): path is string {
  if (typeof path !== 'string' || path.includes('%')) return false
  return toFilePath(`/${path}`, 'allow', false).kind === 'file'
}

function codingsOption(
  codings: StaticFilesOptions['precompressed'] = false,
): readonly PrecompressedCoding[] {
  if (typeof codings === 'boolean') return codings ? CODINGS : []
  if (Array.isArray(codings) && codings.every((each) => CODINGS.includes(each))) return codings
  throw new OptionError('staticFiles().precompressed', codings, "true, or of 'br', 'zstd', 'gzip'")
}

function typesOption(types: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(types).map(([extension, type]) => {
    if (typeof type !== 'string' || !MEDIA_TYPE.test(type)) {
      throw new OptionError(`staticFiles().types.${extension}`, type, 'a media type')
    }
    return [extension.toLowerCase().replace(/^\./, ''), type]
  })
  return Object.fromEntries(entries) as Record<string, string>
}

function functionOption<Callback>(name: string, value: Callback): Callback {
  if (value === undefined || typeof value === 'function') return value
  throw new OptionError(`staticFiles().${name}`, value, 'a function of the path')
}

function flag(name: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? fallback
  throw new OptionError(`staticFiles().${name}`, value, 'true or false')
}

function oneOf(where: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return
  throw new OptionError(where, value, `one of ${allowed.map(String).join(', ')}`)
}
