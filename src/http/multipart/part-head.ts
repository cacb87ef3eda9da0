import { type Buffer, isUtf8 } from 'node:buffer'
import { HttpError } from '../errors.ts'
import { parseDisposition } from './content-disposition.ts'
import { cleanFilename } from './filename.ts'

/** What stands before the bytes of a part. */
export interface PartHead {
  readonly name: string
  /** Without its path; undefined for a field, empty if no file was chosen. */
  readonly filename: string | undefined
  /** As sent; undefined if the sender did not say. */
  readonly contentType: string | undefined
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

/** A name does not begin with a dash: the line could be a boundary, to other readers. */
const LINE = /^(?!-)([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([^]*)$/
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/
/** Encodings that leave the bytes alone. Others are deprecated: RFC 7578, 4.7. */
const PLAIN_ENCODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary'])

/**
 * Reads the header lines of a part.
 *
 * @param block - the lines without the empty one behind them
 * @throws {HttpError} 400 for malformed lines, 415 for a transfer encoding
 * @see RFC 7578, section 4
 */
export function parsePartHead(block: Buffer): PartHead {
  if (!isUtf8(block)) throw malformed('it is not UTF-8')
  const headers = new Map<string, string>()
  for (const line of block.toString('utf8').split('\r\n')) {
    const [, name, value] = LINE.exec(line) ?? []
    if (name === undefined || value === undefined || CONTROL.test(value)) {
      throw malformed(`a line is not "name: value" (${JSON.stringify(line.slice(0, 40))})`)
    }
    const key = name.toLowerCase()
    if (headers.has(key)) throw malformed(`it has ${key} twice`)
    headers.set(key, value.trimEnd())
  }
  const disposition = headers.get('content-disposition')
  if (disposition === undefined) throw malformed('it has no content-disposition')
  const encoding = headers.get('content-transfer-encoding')
  if (encoding !== undefined && !PLAIN_ENCODINGS.has(encoding.toLowerCase())) {
    throw new HttpError(415, `The content-transfer-encoding ${JSON.stringify(encoding)} of a part`)
  }
  const { name, filename } = parseDisposition(disposition)
  return {
    name,
    filename: filename === undefined ? undefined : cleanFilename(filename),
    contentType: headers.get('content-type'),
    headers,
  }
}

function malformed(reason: string): HttpError {
  return new HttpError(400, `Malformed header of a part: ${reason}`)
}
