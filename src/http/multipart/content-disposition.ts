import { HttpError } from '../errors.ts'

/** What the sender of a part says about it. */
export interface Disposition {
  readonly name: string
  /** As it was sent, path and all; undefined for a field. */
  readonly filename: string | undefined
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const PARAMETER = new RegExp(
  `[\\t ]*;[\\t ]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\["\\\\]|\\\\(?!["\\\\]))*)"(?=[\\t ]*(?:;|$)))`,
  'y',
)
const EXTENDED = /^utf-8'[\w-]*'((?:%[\da-f]{2}|[\w!#$&+\-.^`|~])*)$/i

/**
 * Takes a `content-disposition: form-data` apart.
 *
 * Quotes and backslashes may have a backslash in front, as curl writes them, or be `%22`, as browsers
 * do; other backslashes stand for themselves. `filename*` goes before `filename`: clients that send
 * both say the real name there.
 *
 * @throws {HttpError} 400
 * @see RFC 7578, section 4.2; RFC 6266, section 4.3; RFC 8187, section 3.2
 */
export function parseDisposition(text: string): Disposition {
  const type = /^[\t ]*form-data(?=[\t ]*(?:;|$))/i.exec(text)
  if (type === null) throw malformed('its type is not form-data')
  const parameters = new Map<string, string>()
  const end = text.trimEnd().length
  PARAMETER.lastIndex = type[0].length
  while (PARAMETER.lastIndex < end) {
    const found = PARAMETER.exec(text)
    if (found === null) throw malformed('a parameter cannot be read')
    const key = found[1]!.toLowerCase()
    if (parameters.has(key)) throw malformed(`it has ${key} twice`)
    parameters.set(key, found[2] ?? unescape(found[3] ?? ''))
  }
  const name = parameters.get('name')
  if (name === undefined) throw malformed('it has no name')
  for (const key of parameters.keys()) {
    // Some readers take `filename*0` for the name, others ignore it.
    if (key.includes('*') && key !== 'filename*') throw malformed(`${key} is not allowed`)
  }
  return { name, filename: extendedFilename(parameters) ?? parameters.get('filename') }
}

/** @see WHATWG HTML, "multipart/form-data encoding algorithm" for the three percent signs */
function unescape(quoted: string): string {
  const text = quoted.includes('\\') ? quoted.replaceAll(/\\(["\\])/g, '$1') : quoted
  if (!text.includes('%')) return text
  return text.replaceAll(/%(?:22|0A|0D)/gi, (triplet) => decodeURIComponent(triplet))
}

function extendedFilename(parameters: ReadonlyMap<string, string>): string | undefined {
  const text = parameters.get('filename*')
  if (text === undefined) return undefined
  const [, encoded] = EXTENDED.exec(text) ?? []
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded)
  } catch {
    // Bytes that are no UTF-8: malformed, too.
  }
  throw malformed("filename* is not of the form UTF-8''name")
}

function malformed(reason: string): HttpError {
  return new HttpError(400, `Malformed content-disposition of a part: ${reason}`)
}
