import { SerializationError } from '../errors.ts'
import { INVALID } from '../issue.ts'
import { quote } from '../text.ts'

/** A part wrote an object or a list, which cannot be put into a value as it is. */
export class ContainerTextError extends Error {
  constructor() {
    super('The JSON text of a part is an object or a list')
  }
}

/**
 * The value of which `JSON.stringify` makes just the text that a writer without code makes.
 *
 * @returns `INVALID` if the writer refuses the value
 * @throws {ContainerTextError} if the text is an object or a list
 */
export function writtenPart(write: (value: unknown) => string, value: unknown): unknown {
  let text: string
  try {
    text = write(value)
  } catch (error) {
    if (error instanceof SerializationError) return INVALID
    throw error
  }
  const first = text[0]
  if (first === '{' || first === '[') throw new ContainerTextError()
  if (first !== '"') return rawJson(text)
  const plain = text.slice(1, -1)
  return quote(plain) === text ? plain : rawJson(text)
}

/** Keeps every digit and escape. TypeScript does not know the function yet, all our Nodes do. */
function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
}
