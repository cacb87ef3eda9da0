import { differences } from './differences.ts'

type Json = Record<string, unknown>

/**
 * What differs between our OpenAPI document and FastAPI's, after the differences that
 * `docs/fastapi-parity.md` lists:
 *
 * 1. The default title of an app is our name.
 * 2. Operation ids and summaries that FastAPI makes of a Python function's name are not compared.
 * 3. Neither are the names that it makes of operation ids: the component
 *    `Body_create_file_files__post`, the title `Response Read Items Items Get`.
 * 4. Lists of required keys have no order.
 * 5. A file is also said to be `format: binary`, for tools of OpenAPI 3.0; one that may be absent
 *    is never `null`.
 * 6. A response of which FastAPI does not know the type says that it is plain text.
 * 7. A part of a model that answers is a model of its own; FastAPI shows the whole one.
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
    forgetPlainText(operation, known.get(place))
  }
  joinParts(pair.ours, pair.theirs)
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
  if (ours === undefined) return
  const id = String(theirs['operationId'])
  const made = String(theirs['summary']).toLowerCase().replaceAll(' ', '_')
  if (!id.startsWith(made)) return
  delete theirs['summary']
  delete ours['summary']
}

function forgetPlainText(theirs: Json, ours: Json | undefined): void {
  const known = (ours?.['responses'] ?? {}) as Record<string, Json>
  for (const [status, response] of Object.entries((theirs['responses'] ?? {}) as Json)) {
    const mine = known[status]
    const isOpen = !('content' in (response as Json))
    const types = Object.keys(mine?.['content'] ?? {})
    if (isOpen && types.join() === 'text/plain') delete mine!['content']
  }
}

/** Puts the whole model in the place of ours wherever that is a part of it. */
function joinParts(ours: Json, theirs: Json): void {
  const [parts, models] = [componentsOf(ours), componentsOf(theirs)]
  for (const [name, part] of Object.entries(parts)) {
    const whole = Object.entries(models).find(([, model]) => isPart(part, model))
    if (name in models || whole === undefined) continue
    delete parts[name]
    parts[whole[0]] = whole[1]
    const pointer = JSON.stringify(`#/components/schemas/${name}`)
    const joined = JSON.stringify(ours['paths']).replaceAll(
      pointer,
      JSON.stringify(`#/components/schemas/${whole[0]}`),
    )
    ours['paths'] = JSON.parse(joined)
  }
}

function componentsOf(document: Json): Record<string, Json> {
  return ((document['components'] as Json | undefined)?.['schemas'] ?? {}) as Record<string, Json>
}

function isPart(part: Json, whole: Json): boolean {
  const keys = Object.entries((part['properties'] ?? {}) as Json)
  const all = (whole['properties'] ?? {}) as Json
  return (
    keys.length > 0 &&
    keys.length < Object.keys(all).length &&
    keys.every(([key, schema]) => differences(schema, all[key]).length === 0)
  )
}

function forgetOperationIds(document: Json): unknown {
  let text = JSON.stringify(document)
  for (const [place, operation] of operations(document)) {
    const id = String(operation['operationId'])
    text = text.replaceAll(`Body_${id}"`, `Body of ${place}"`)
  }
  const renamed = JSON.parse(text, unify) as Json
  for (const operation of operations(renamed).values()) {
    delete operation['operationId']
    forgetResponseTitles(operation)
  }
  return renamed
}

function unify(key: string, value: unknown): unknown {
  if (key === 'required' && Array.isArray(value)) return value.toSorted()
  if (typeof value !== 'object' || value === null) return value
  const { anyOf, format, ...rest } = value as Json
  if ('contentMediaType' in value && format === 'binary') return rest
  const isFile = Array.isArray(anyOf) && anyOf.length === 2 && 'contentMediaType' in anyOf[0]
  return isFile ? { ...(anyOf[0] as Json), ...rest } : value
}

function forgetResponseTitles(operation: Json): void {
  for (const response of Object.values((operation['responses'] ?? {}) as Json)) {
    const content = ((response as Json)['content'] ?? {}) as Json
    for (const media of Object.values(content)) {
      const schema = (media as Json)['schema'] as Json | undefined
      if (String(schema?.['title']).startsWith('Response ')) delete schema?.['title']
    }
  }
}
