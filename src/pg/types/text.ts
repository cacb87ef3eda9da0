import { readUtf8 } from '../protocol/text.ts'

/** Above this a call into the runtime is as fast as building the string here. */
const SHORT = 8

/**
 * Decodes a text column. Short ASCII is built from character codes, which costs a third of a call
 * into the runtime.
 */
export function decodeText(bytes: Buffer, _view: DataView, at: number, length: number): string {
  if (length <= SHORT) {
    let bits = 0
    for (let index = at; index < at + length; index++) bits |= bytes[index] as number
    if (bits < 0x80) return shortAscii(bytes, at, length)
  }
  return readUtf8(bytes, at, at + length)
}

function shortAscii(b: Uint8Array, i: number, length: number): string {
  const text = String.fromCharCode
  switch (length) {
    case 0:
      return ''
    case 1:
      return text(b[i]!)
    case 2:
      return text(b[i]!, b[i + 1]!)
    case 3:
      return text(b[i]!, b[i + 1]!, b[i + 2]!)
    case 4:
      return text(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!)
    case 5:
      return text(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!)
    case 6:
      return text(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!)
    case 7:
      return text(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!)
    default:
      return text(
        b[i]!,
        b[i + 1]!,
        b[i + 2]!,
        b[i + 3]!,
        b[i + 4]!,
        b[i + 5]!,
        b[i + 6]!,
        b[i + 7]!,
      )
  }
}
