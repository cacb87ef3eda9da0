import type { Buffer } from 'node:buffer'
import { latin1Text } from './latin1.ts'

/** The method as text; the usual ones without making a string. */
export function methodText(bytes: Buffer, start: number, end: number): string {
  const guess = guessMethod(end - start, bytes[start]!)
  if (guess.length !== end - start) return latin1Text(bytes, start, end)
  for (let index = 0; index < guess.length; index++) {
    if (bytes[start + index] !== guess.charCodeAt(index)) return latin1Text(bytes, start, end)
  }
  return guess
}

/** The only usual method of that length and first letter. */
function guessMethod(length: number, first: number): string {
  switch (length) {
    case 3:
      return first === 71 ? 'GET' : 'PUT'
    case 4:
      return first === 80 ? 'POST' : 'HEAD'
    case 5:
      return 'PATCH'
    case 6:
      return 'DELETE'
    default:
      return 'OPTIONS'
  }
}
