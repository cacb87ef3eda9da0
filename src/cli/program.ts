import type { Command } from './arguments/command.ts'
import { commandHelp, overview } from './arguments/help.ts'
import { parseArguments } from './arguments/parse.ts'
import { didYouMean } from './arguments/suggest.ts'
import { devCommand } from './commands/dev.ts'
import { newCommand } from './commands/new.ts'
import { openapiCommand } from './commands/openapi.ts'
import { routesCommand } from './commands/routes.ts'
import { runCommand } from './commands/run.ts'
import { CliUsageError } from './errors.ts'
import { printFailure } from './terminal/failure.ts'
import { packageVersion } from './version.ts'

const FAILED = 1
const MISUSED = 2

/**
 * Does what the arguments say.
 *
 * @param program - the module that was started, which reactors run again
 * @returns the exit code: 0, 1 if the command failed, 2 if the arguments are wrong; never fails
 */
export async function runProgram(argv: readonly string[], program: URL): Promise<number> {
  if (argv.includes('--no-color')) process.env['NO_COLOR'] = '1'
  const commands = [devCommand, runCommand(program), routesCommand, openapiCommand, newCommand]
  try {
    return await dispatch(commands, argv)
  } catch (error) {
    printFailure(error)
    return error instanceof CliUsageError ? MISUSED : FAILED
  }
}

async function dispatch(commands: readonly Command[], argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv.filter((argument, index) => index > 0 || argument !== '--no-color')
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.find((command) => command.name === rest[0])
    console.log(asked === undefined ? overview(commands) : commandHelp(asked))
    return name === undefined ? MISUSED : 0
  }
  if (name === '--version' || name === '-v') {
    console.log(`fasterapi ${packageVersion()}, Node ${process.versions.node}`)
    return 0
  }
  const command = commands.find((each) => each.name === name)
  if (command === undefined) throw new CliUsageError(unknown(commands, name))
  const args = parseArguments(command, rest)
  if (args.options['help'] === true) {
    console.log(commandHelp(command))
    return 0
  }
  return command.run(args)
}

function unknown(commands: readonly Command[], name: string): string {
  const names = commands.map((command) => command.name)
  const what = name.startsWith('-')
    ? 'an option needs a command before it'
    : 'there is no such command'
  return `'${name}': ${what}${didYouMean(name, names)}`
}
