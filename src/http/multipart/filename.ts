/** Control characters, and those that turn the direction of writing: `exe.gpj` looks like `jpg.exe`. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNPRINTABLE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * The last segment of the path that a client gave as file name, without control characters.
 *
 * It is for people to read: two uploads may have the same, and systems forbid some names.
 *
 * @returns empty if nothing is left, as of `..`
 * @see RFC 7578, section 4.2
 */
export function cleanFilename(given: string): string {
  const base = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1)
  const clean = base.replaceAll(UNPRINTABLE, '').trim()
  return clean === '.' || clean === '..' ? '' : clean
}
