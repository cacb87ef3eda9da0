import { OptionError } from '../core/errors.ts'
import { Schema } from '../schema/index.ts'
import { Setting, type SettingsMap } from './setting.ts'

/** One value of a map of settings, and the variable it comes from. */
export interface Variable {
  readonly name: string
  /** Keys from the outermost map to the value. */
  readonly path: readonly string[]
  readonly schema: Schema<unknown>
  readonly isSecret: boolean
}

/**
 * The variables of a map, in its order: `redis: { maxRetries }` is `REDIS__MAX_RETRIES`.
 *
 * @throws {OptionError} for what is no schema, and for two settings of one name
 */
export function variablesOf(map: SettingsMap, prefix: string): Variable[] {
  const variables = collect(map, prefix, [])
  const names = new Set<string>()
  for (const { name, path } of variables) {
    if (names.has(name)) {
      throw new OptionError(
        `settings().${path.join('.')}`,
        name,
        'a name that no other setting has',
      )
    }
    names.add(name)
  }
  return variables
}

function collect(map: SettingsMap, prefix: string, outer: readonly string[]): Variable[] {
  return Object.entries(map).flatMap(([key, value]): Variable[] => {
    const path = [...outer, key]
    const name = `${prefix}${upperSnake(key)}`
    if (value instanceof Schema) return [variable(name, path, value)]
    if (value instanceof Setting) return [variable(value.name ?? name, path, value.schema)]
    if (typeof value !== 'object' || value === null) {
      throw new OptionError(`settings().${path.join('.')}`, value, 'a schema, or a map of schemas')
    }
    return collect(value, `${name}__`, path)
  })
}

function variable(name: string, path: readonly string[], schema: Schema<unknown>): Variable {
  // What `secret()` says of itself, also within `optional()` and the like.
  const isSecret = JSON.stringify(schema.toJsonSchema()).includes('"format":"password"')
  return { name, path, schema, isSecret }
}

/** `databaseUrl` is `DATABASE_URL`, `apiURLPath` is `API_URL_PATH`. */
function upperSnake(key: string): string {
  return key
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/\W/g, '_')
    .toUpperCase()
}
