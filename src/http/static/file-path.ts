/** What becomes of files and folders whose names begin with a dot: 404, 403, or nothing special. */
export type DotfilePolicy = 'ignore' | 'deny' | 'allow'

/** Where a request leads: below the root with slashes between names, or to 403 or 404. */
export type FilePath =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'refused'; readonly status: 403 | 404 }

const NOT_FOUND: FilePath = { kind: 'refused', status: 404 }
const FORBIDDEN: FilePath = { kind: 'refused', status: 403 }

/** Slashes that were encoded, and what no file name has for good reason. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSAFE = /[/\\\u0000-\u001f\u007f]/
/** `.`, `..` and longer; and `..;x`, which some servers take for `..`. */
const DOTS = /^\.+(?:;|$)/
/** Drives, streams, wildcards, devices and names Windows would change. */
const UNSAFE_ON_WINDOWS =
  /[:*?"<>|~]|[. ]$|^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(?:\.|$)/i

/**
 * Finds the file a request path means, without looking at the disk.
 *
 * The path is split at its slashes first, and each name decoded once then: whatever would be another
 * path if it were decoded again, or by another server, leads nowhere.
 *
 * @param path - percent-encoded, beginning with a slash; a slash at the end means a folder
 * @param isWindows - refuse what Windows reads in a way of its own
 */
export function toFilePath(path: string, dotfiles: DotfilePolicy, isWindows: boolean): FilePath {
  if (!path.startsWith('/')) return NOT_FOUND
  const isFolder = path.endsWith('/')
  if (path === '/') return { kind: 'folder', path: '' }
  const names: string[] = []
  for (const encoded of path.slice(1, isFolder ? -1 : undefined).split('/')) {
    const name = decode(encoded)
    if (name === undefined || name === '' || DOTS.test(name) || UNSAFE.test(name)) return NOT_FOUND
    if (isWindows && UNSAFE_ON_WINDOWS.test(name)) return NOT_FOUND
    if (name.startsWith('.') && dotfiles !== 'allow') {
      return dotfiles === 'deny' ? FORBIDDEN : NOT_FOUND
    }
    names.push(name)
  }
  return { kind: isFolder ? 'folder' : 'file', path: names.join('/') }
}

/** Undefined if it is malformed, overlong forms of UTF-8 included. */
function decode(encoded: string): string | undefined {
  if (!encoded.includes('%')) return encoded
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
