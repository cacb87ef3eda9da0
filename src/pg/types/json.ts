/** A value to be stored as JSON whatever it is; made by {@link json}. */
export class JsonValue {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

/** Text that is JSON already; made by {@link rawJson}. */
export class RawJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * Marks a value for a `json` or `jsonb` parameter. Needed for strings and for JSON null; objects,
 * arrays, numbers and booleans are taken as JSON without it.
 */
export function json(value: unknown): JsonValue {
  return new JsonValue(value)
}

/** Marks text that is JSON already, so that it is sent as it is and not quoted again. */
export function rawJson(text: string): RawJson {
  return new RawJson(text)
}
