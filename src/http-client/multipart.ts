import { Buffer } from 'node:buffer'
import type { RequestBody } from './request-body.ts'

interface Part {
  readonly head: Buffer
  readonly content: Blob | Buffer
}

const CRLF = Buffer.from('\r\n')

/**
 * A form with files, as a body that streams the files and knows its length before.
 *
 * @see RFC 7578; HTML standard, "Multipart form data"
 */
export function encodeForm(form: FormData): RequestBody {
  const boundary = `fasterapi-${crypto.randomUUID()}`
  const parts = Array.from(form.entries(), ([name, value]) => encodePart(boundary, name, value))
  const end = Buffer.from(`--${boundary}--\r\n`)
  let length = end.length
  for (const { head, content } of parts) {
    length += head.length + (content instanceof Blob ? content.size : content.length) + CRLF.length
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length,
    isReplayable: true,
    open: () => pass(parts, end),
  }
}

async function* pass(parts: readonly Part[], end: Buffer): AsyncGenerator<Uint8Array, void> {
  for (const { head, content } of parts) {
    yield head
    if (content instanceof Blob) yield* content.stream() as AsyncIterable<Uint8Array>
    else yield content
    yield CRLF
  }
  yield end
}

function encodePart(boundary: string, name: string, value: string | File): Part {
  const start = `--${boundary}\r\ncontent-disposition: form-data; name="${quote(name)}"`
  if (typeof value === 'string') {
    const text = value.replaceAll(/\r\n|\r|\n/g, '\r\n')
    return { head: Buffer.from(`${start}\r\n\r\n`), content: Buffer.from(text) }
  }
  const type = value.type === '' ? 'application/octet-stream' : value.type
  const head = `${start}; filename="${quote(value.name)}"\r\ncontent-type: ${type}\r\n\r\n`
  return { head: Buffer.from(head), content: value }
}

/** As browsers write names: a line break or quote in one would end it. */
function quote(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}
