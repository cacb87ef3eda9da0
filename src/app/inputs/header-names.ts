import { inputNames, type Schema } from '../../schema/index.ts'
import { type Input, KEEP_UNDERSCORES } from './input.ts'

/** `userAgent` and `user_agent` are the header `user-agent`, unless underscores are kept. */
export function toHeaderName({ details }: Input<unknown>): (key: string) => string {
  return details === KEEP_UNDERSCORES ? (key) => key.toLowerCase() : headerName
}

function headerName(key: string): string {
  return key
    .replaceAll(/[A-Z]/g, (letter) => `-${letter}`)
    .replaceAll('_', '-')
    .toLowerCase()
}

/** The headers of a model by the names under which its schema knows them; an alias is one itself. */
export function headersOfModel(input: Input<unknown>): ReadonlyMap<string, string> {
  const fields: Record<string, Schema<unknown>> = input.schema?.definition.fields ?? {}
  const convert = toHeaderName(input)
  const pairs = Object.entries(fields).flatMap(([key, field]) =>
    inputNames(field, key).map((name): [string, string] => [
      name,
      name === key ? convert(key) : name.toLowerCase(),
    ]),
  )
  return new Map(pairs)
}
