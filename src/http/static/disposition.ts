const TOKEN_OR_SPACE = /^[\w !#$&+\-.^`|~]+$/

/**
 * A `content-disposition` that says how a response is shown, and its file name.
 *
 * A name that is not plain ASCII is sent twice: encoded, and as what older clients understand.
 *
 * @see RFC 6266, 4; RFC 8187, 3.2
 */
export function formatDisposition(
  disposition: 'attachment' | 'inline',
  filename: string | undefined,
): string {
  if (filename === undefined) return disposition
  if (TOKEN_OR_SPACE.test(filename)) return `${disposition}; filename="${filename}"`
  const fallback = filename.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_')
  // These four are not in the set of RFC 8187.
  const encoded = encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${disposition}; filename="${fallback}"; filename*=UTF-8''${encoded}`
}
