import { differences } from './differences.ts'

type Json = Record<string, unknown>

/**
 * What differs between our OpenAPI document and FastAPI's, after the differences that
 * `docs/fastapi-parity.md` lists:
 *
 * 1. The default title of an app is our name.
 * 2. Operation ids and summaries that FastAPI makes of a Python function's name are not compared.
 * 3. Neither are the names that it makes of operation ids: `Body_create_file_files__post`.
 *
 * @returns one line a difference; none if the documents are equal
 */
export function openApiDifferences(ours: unknown, theirs: unknown): string[] {
  const pair = { ours: structuredClone(ours) as Json, theirs: structuredClone(theirs) as Json }
  const info = pair.ours['info'] as Json | undefined
  if (info?.['title'] === 'FasterAPI') info['title'] = 'FastAPI'
  const known = operations(pair.ours)
  for (const [place, operation] of operations(pair.theirs)) {
    forgetSummary(operation, known.get(place))
  }
  return differences(forgetOperationIds(pair.ours), forgetOperationIds(pair.theirs))
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])

/** Every operation by its place: `GET /items/`. */
function operations(document: Json): Map<string, Json> {
  const found = new Map<string, Json>()
  for (const [path, item] of Object.entries((document['paths'] ?? {}) as Json)) {
    for (const [method, operation] of Object.entries(item as Json)) {
      if (METHODS.has(method)) found.set(`${method.toUpperCase()} ${path}`, operation as Json)
    }
  }
  return found
}

/** `read_items_items__get` is summarized as `Read Items` unless the program says otherwise. */
function forgetSummary(theirs: Json, ours: Json | undefined): void {
  if (ours === undefined || ours['summary'] !== undefined) return
  const id = String(theirs['operationId'])
  const made = String(theirs['summary']).toLowerCase().replaceAll(' ', '_')
  if (id.startsWith(made)) delete theirs['summary']
}

function forgetOperationIds(document: Json): unknown {
  let text = JSON.stringify(document)
  for (const [place, operation] of operations(document)) {
    const id = String(operation['operationId'])
    text = text.replaceAll(`Body_${id}"`, `Body of ${place}"`)
  }
  const renamed = JSON.parse(text) as Json
  for (const operation of operations(renamed).values()) delete operation['operationId']
  return renamed
}
