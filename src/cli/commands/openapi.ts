import { writeFileSync } from 'node:fs'
import { type Command, defineCommand } from '../arguments/command.ts'
import { loadEnvironment } from '../entry/environment.ts'
import { findEntry } from '../entry/find-entry.ts'
import { loadApp } from '../entry/load-app.ts'
import { CliError } from '../errors.ts'
import { toYaml } from '../terminal/yaml.ts'
import { ENTRY, ENTRY_OPTIONS } from './entry-options.ts'

/** `fasterapi openapi`. */
export const openapiCommand: Command = defineCommand({
  name: 'openapi',
  summary: 'prints the OpenAPI document of an app',
  details: 'Loads the app, but starts nothing of it: no database is needed.',
  operand: ENTRY,
  options: {
    ...ENTRY_OPTIONS,
    output: { kind: 'text', short: 'o', value: 'file', help: 'file to write it to' },
    yaml: { kind: 'flag', help: 'as YAML; also for a file that ends in .yaml or .yml' },
  },
  run: async ({ operand, options }) => {
    loadEnvironment(options.env)
    const { app } = await loadApp(findEntry(operand), options.app)
    app.routesAt()
    const document = app.openapi()
    const { output } = options
    const isYaml = options.yaml ?? /\.ya?ml$/.test(output ?? '')
    const text = isYaml ? toYaml(document) : `${JSON.stringify(document, null, 2)}\n`
    if (output === undefined) process.stdout.write(text)
    else write(output, text)
    return 0
  },
})

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new CliError(`${file} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
