/** A media type with its parameters. */
export interface MediaType {
  /** Type and subtype in lower case: `multipart/form-data`. */
  readonly essence: string
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const ESSENCE = new RegExp(`^[\\t ]*(${TOKEN}/${TOKEN})`)
const PARAMETER = new RegExp(
  `[\\t ]*;[\\t ]*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?`,
  'y',
)

/**
 * Takes a `content-type` apart.
 *
 * @returns undefined if it is malformed, or has a parameter twice: others might read the other one
 * @see RFC 9110, section 8.3.1
 */
export function parseMediaType(text: string): MediaType | undefined {
  const [matched, essence] = ESSENCE.exec(text) ?? []
  if (matched === undefined || essence === undefined) return undefined
  const parameters = new Map<string, string>()
  const end = text.trimEnd().length
  PARAMETER.lastIndex = matched.length
  while (PARAMETER.lastIndex < end) {
    const found = PARAMETER.exec(text)
    if (found === null) return undefined
    const [, name, token, quoted] = found
    if (name === undefined) continue
    const key = name.toLowerCase()
    if (parameters.has(key)) return undefined
    parameters.set(key, token ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'))
  }
  return { essence: essence.toLowerCase(), parameters }
}
