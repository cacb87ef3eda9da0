export const TAB = 9
export const LF = 10
export const CR = 13
export const SPACE = 32
export const QUOTE = 34
export const COMMA = 44
export const SLASH = 47
export const COLON = 58
export const SEMICOLON = 59
export const EQUALS = 61
export const QUESTION = 63
export const BACKSLASH = 92
export const ASTERISK = 42

/** A scanner needs bytes that have not arrived yet. */
export const INCOMPLETE = -1

function table(holds: (byte: number) => boolean): Uint8Array {
  const bits = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte++) bits[byte] = holds(byte) ? 1 : 0
  return bits
}

function isOneOf(characters: string): (byte: number) => boolean {
  return (byte) => characters.includes(String.fromCharCode(byte))
}

function isAlphanumeric(byte: number): boolean {
  return /[0-9A-Za-z]/.test(String.fromCharCode(byte))
}

/** `tchar`: RFC 9110, 5.6.2. */
const isToken = (byte: number): boolean => isAlphanumeric(byte) || isOneOf("!#$%&'*+-.^_`|~")(byte)

export const IS_TOKEN: Uint8Array = table(isToken)

/** `field-content`: visible ASCII, obs-text, space and tab; RFC 9110, 5.5. */
export const IS_FIELD_VALUE: Uint8Array = table(
  (byte) => byte === TAB || (byte >= SPACE && byte !== 127),
)

/**
 * Bytes of a path. Wider than RFC 3986, since browsers send `|`, `^` and braces as they are;
 * a backslash is refused, because others read it as a slash.
 */
export const IS_PATH: Uint8Array = table(
  (byte) => byte > SPACE && byte < 127 && !isOneOf('"#<>?\\')(byte),
)

export const IS_QUERY: Uint8Array = table(
  (byte) => byte > SPACE && byte < 127 && !isOneOf('"#<>')(byte),
)

/** Bytes of a host without its port; RFC 3986, 3.2.2, less the comma, which joins duplicates. */
export const IS_HOST: Uint8Array = table(
  (byte) => isAlphanumeric(byte) || isOneOf("-._~!$&'()*+;=%[]:")(byte),
)

/** Bytes of nearly every host: letters, digits, `-`, `.` and `_`. */
export const IS_HOST_NAME: Uint8Array = table(
  (byte) => isAlphanumeric(byte) || isOneOf('-._')(byte),
)

/** Compares bytes with a lower-case ASCII word, ignoring the case of letters. */
export function equalsIgnoringCase(
  bytes: Uint8Array,
  start: number,
  end: number,
  word: string,
): boolean {
  if (end - start !== word.length) return false
  for (let index = 0; index < word.length; index++) {
    const byte = bytes[start + index]!
    const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte
    if (lower !== word.charCodeAt(index)) return false
  }
  return true
}
