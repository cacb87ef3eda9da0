/** The content of a chunked response, its trailers left out; each character is one byte. */
export function dechunk(response: string): string {
  let at = response.indexOf('\r\n\r\n') + 4
  let content = ''
  for (;;) {
    const lineEnd = response.indexOf('\r\n', at)
    const size = Number.parseInt(response.slice(at, lineEnd), 16)
    if (Number.isNaN(size)) throw new Error(`No chunk size at ${at}`)
    if (size === 0) return content
    content += response.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 2 + size + 2
  }
}
