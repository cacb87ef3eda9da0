import { INVALID, Issues } from '../schema/index.ts'
import { SettingsError, type SettingsProblem } from './errors.ts'
import { checkSettingsOptions, type SettingsOptions } from './options.ts'
import { invalidValue, unknownVariables } from './problems.ts'
import { readText } from './read-text.ts'
import type { SettingsMap, SettingsOf } from './setting.ts'
import { envFileSources, type Source, secretsSource } from './sources.ts'
import { type Variable, variablesOf } from './variables.ts'

/** What sysexits.h calls EX_CONFIG: starting the program again will not help. */
const EXIT_CONFIG = 78

/**
 * Reads the settings of a program from its environment, all of them at once, when it starts.
 *
 * `settings({ databaseUrl: secret(str()), port: int({ default: 8000 }) }, { envFile: '.env' })` reads
 * `DATABASE_URL` and `PORT`. Groups are joined by two underscores: `redis: { host: str() }` is
 * `REDIS__HOST`. Texts are read as those of queries are; arrays also from `a,b,c`, and arrays and
 * objects from JSON.
 *
 * @returns the values, frozen; those of `secret()` are a `Secret`, which nothing shows by accident
 * @throws {SettingsError} with every setting that is wrong; see `onInvalid`
 * @throws {OptionError} on unknown or impossible options, or two settings of one name
 */
export function settings<const Shape extends SettingsMap>(
  map: Shape,
  options: SettingsOptions = {},
): SettingsOf<Shape> {
  checkSettingsOptions('settings()', options)
  const variables = variablesOf(map, options.prefix ?? '')
  try {
    return readAll(map, variables, options) as SettingsOf<Shape>
  } catch (error) {
    const exits = options.onInvalid ?? (options.env === undefined ? 'exit' : 'throw')
    if (exits === 'throw' || !(error instanceof SettingsError)) throw error
    console.error(error.message)
    return process.exit(EXIT_CONFIG)
  }
}

function readAll(
  map: SettingsMap,
  variables: readonly Variable[],
  options: SettingsOptions,
): object {
  const { prefix = '', unknown = 'error' } = options
  const sources = sourcesOf(variables, options)
  const problems: SettingsProblem[] = []
  const values = new Map<string, unknown>()
  for (const variable of variables) {
    const value = read(variable, sources, problems, options.ignoreEmpty === true)
    values.set(variable.path.join('\0'), value)
  }
  if (prefix !== '' && unknown === 'error') {
    problems.push(...unknownVariables(prefix, variables, sources))
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return assemble(map, values, [])
}

function sourcesOf(variables: readonly Variable[], options: SettingsOptions): Source[] {
  const { env = process.env, envFile = [], secretsDir } = options
  const sources: Source[] = [{ name: 'the environment', values: env }]
  sources.push(...envFileSources(typeof envFile === 'string' ? [envFile] : envFile))
  if (secretsDir !== undefined) {
    const names = variables.map(({ name }) => name)
    sources.push(secretsSource(secretsDir, names))
  }
  return sources
}

function read(
  variable: Variable,
  sources: readonly Source[],
  problems: SettingsProblem[],
  ignoreEmpty: boolean,
): unknown {
  const { name, schema } = variable
  for (const source of sources) {
    const text = source.values[name]
    if (text === undefined || (ignoreEmpty && text === '')) continue
    const issues = new Issues()
    const value = readText(schema, text, issues)
    if (value === INVALID) problems.push(invalidValue(variable, text, issues.items, source.name))
    return value
  }
  if (schema.hasDefault) return schema.makeDefault()
  if (!schema.isOptional) {
    problems.push({ name, message: `is missing${purposeOf(variable)}`, source: undefined })
  }
  return undefined
}

function purposeOf({ schema }: Variable): string {
  return schema.info.description === undefined ? '' : `: ${schema.info.description}`
}

function assemble(
  map: SettingsMap,
  values: ReadonlyMap<string, unknown>,
  outer: readonly string[],
): object {
  const entries = Object.keys(map).map((key): [string, unknown] => {
    const path = [...outer, key]
    const id = path.join('\0')
    return [key, values.has(id) ? values.get(id) : assemble(map[key] as SettingsMap, values, path)]
  })
  return Object.freeze(Object.fromEntries(entries))
}
