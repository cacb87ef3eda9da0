import { OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import { Schema } from '../schema/index.ts'

export interface SettingOptions {
  /** Its whole name in the environment, in the place of the one made from the key: no prefix is added. */
  readonly name?: string
}

/** A setting with a name of its own; made by {@link setting}. */
export class Setting<out Value> {
  /** Type only; never set. */
  declare readonly '~value': Value
  readonly schema: Schema<unknown>
  readonly name: string | undefined

  /** @internal */
  constructor(schema: Schema<unknown>, options: SettingOptions) {
    const where = 'setting()'
    if (!(schema instanceof Schema)) throw new OptionError(where, schema, 'a schema')
    rejectUnknownOptions(where, options, ['name'])
    const { name } = options
    if (name !== undefined && !/^[A-Za-z_]\w*$/.test(name)) {
      throw new OptionError(`${where}.name`, name, "a name of a variable such as 'PGHOST'")
    }
    this.schema = schema
    this.name = name
  }
}

/** What a program is told from outside: a schema for each value, in groups where that helps. */
export interface SettingsMap {
  readonly [key: string]: Schema<unknown> | Setting<unknown> | SettingsMap
}

/** The values of a map of settings. */
export type SettingsOf<Shape extends SettingsMap> = {
  readonly [Key in keyof Shape]: Shape[Key] extends Setting<infer Value>
    ? Value
    : Shape[Key] extends Schema<infer Value>
      ? Value
      : Shape[Key] extends SettingsMap
        ? SettingsOf<Shape[Key]>
        : never
}

/**
 * A setting whose variable has a name that the key does not give: `host: setting(str(), { name: 'PGHOST' })`.
 *
 * @throws {OptionError} on an unknown option, or a name that no variable can have
 */
export function setting<Value>(
  schema: Schema<Value>,
  options: SettingOptions = {},
): Setting<Value> {
  return new Setting(schema, options)
}
