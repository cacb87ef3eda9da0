import { checkSettingsOptions, type SettingsOptions } from './options.ts'
import type { SettingsMap } from './setting.ts'
import { type Variable, variablesOf } from './variables.ts'

/**
 * The text of an `.env.example`: every variable with its description, its kind and its default. Those
 * that may be absent are commented out.
 *
 * @throws {OptionError} as `settings` does
 */
export function settingsTemplate(
  map: SettingsMap,
  options: Pick<SettingsOptions, 'prefix'> = {},
): string {
  checkSettingsOptions('settingsTemplate()', options)
  const blocks = variablesOf(map, options.prefix ?? '').map(describeVariable)
  return `${blocks.join('\n\n')}\n`
}

function describeVariable({ name, schema, isSecret }: Variable): string {
  const { description } = schema.info
  const mayBeAbsent = schema.hasDefault || schema.isOptional
  const notes = [schema.kind, isSecret ? 'secret' : '', mayBeAbsent ? 'optional' : 'required']
  const lines = description === undefined ? [] : description.split('\n').map((line) => `# ${line}`)
  lines.push(`# ${notes.filter((note) => note !== '').join(', ')}`)
  const value = schema.hasDefault && !isSecret ? textOf(schema.makeDefault()) : ''
  return [...lines, `${mayBeAbsent ? '# ' : ''}${name}=${value}`].join('\n')
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  if (!/[\s#'"`\\]/.test(text)) return text
  // As `node:util` reads it: between quotes that do not stand in it; nothing is escaped.
  const quote = ["'", '"', '`'].find((each) => !text.includes(each)) ?? "'"
  return `${quote}${text}${quote}`
}
