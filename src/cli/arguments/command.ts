/** An option of a command, as `--help` shows it. */
export interface OptionSpec {
  readonly kind: 'flag' | 'text' | 'integer'
  /** What stands for the value in the help: `--port <number>`. */
  readonly value?: string
  readonly short?: string
  readonly help: string
  /** Least and greatest whole number. */
  readonly bounds?: readonly [min: number, max: number]
  /** The only values there are. */
  readonly choices?: readonly string[]
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** What was given for each option; those that were not are absent. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]?: ValueOf<Specs[Name]>
}

type ValueOf<Spec extends OptionSpec> = {
  readonly flag: boolean
  readonly integer: number
  readonly text: string
}[Spec['kind']]

/** What a command gets. */
export interface Arguments<Specs extends OptionSpecs> {
  /** The argument that is no option. */
  readonly operand: string | undefined
  readonly options: OptionValues<Specs>
}

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--help` says below the summary. */
  readonly details?: string
  /** The one argument that is no option. */
  readonly operand?: { readonly name: string; readonly help: string; readonly isRequired: boolean }
  readonly options: OptionSpecs
  /** @returns ready with the exit code */
  run(args: Arguments<OptionSpecs>): Promise<number>
}

interface TypedCommand<Specs extends OptionSpecs> extends Omit<Command, 'options' | 'run'> {
  readonly options: Specs
  run(args: Arguments<Specs>): Promise<number>
}

/** Known to every command. */
export const COMMON_OPTIONS = {
  'no-color': { kind: 'flag', help: 'plain text, as with NO_COLOR=1' },
  help: { kind: 'flag', short: 'h', help: 'this text' },
} as const

/** A command that knows the types of its options, which the list of commands does not need. */
export function defineCommand<const Specs extends OptionSpecs>(
  command: TypedCommand<Specs>,
): Command {
  return command
}
