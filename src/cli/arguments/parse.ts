import { type ParseArgsConfig, parseArgs } from 'node:util'
import { CliUsageError } from '../errors.ts'
import {
  type Arguments,
  COMMON_OPTIONS,
  type Command,
  type OptionSpec,
  type OptionSpecs,
} from './command.ts'
import { didYouMean } from './suggest.ts'

type Tokens = NonNullable<ReturnType<typeof parseArgs>['tokens']>
type OptionToken = Extract<Tokens[number], { kind: 'option' }>

/**
 * Reads the arguments of one command.
 *
 * @throws {CliUsageError} for an option it does not have, a value that is missing, too much or
 * impossible, and a wrong number of other arguments
 */
export function parseArguments(command: Command, argv: readonly string[]): Arguments<OptionSpecs> {
  const specs: OptionSpecs = { ...command.options, ...COMMON_OPTIONS }
  // Our own messages are better than those of the strict mode.
  const { tokens } = parseArgs({
    args: [...argv],
    options: parserOptions(specs),
    strict: false,
    tokens: true,
  })
  const options: Record<string, string | number | boolean> = {}
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind === 'option') options[token.name] = valueOf(command, specs, token)
  }
  if (options['help'] !== true) checkOperands(command, operands)
  return { operand: operands[0], options }
}

function parserOptions(specs: OptionSpecs): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { kind, short }]) => [
      name,
      {
        type: kind === 'flag' ? 'boolean' : 'string',
        ...(short === undefined ? undefined : { short }),
      } as const,
    ]),
  )
}

function valueOf(
  command: Command,
  specs: OptionSpecs,
  { name, rawName, value, inlineValue }: OptionToken,
): string | number | boolean {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (spec === undefined) {
    const hint = rawName.startsWith('--') ? didYouMean(name, Object.keys(specs), '--') : ''
    throw new CliUsageError(`'${command.name}' has no option '${rawName}'${hint}`)
  }
  if (spec.kind === 'flag') {
    if (value === undefined) return true
    throw new CliUsageError(`${rawName} takes no value, got '${value}'`)
  }
  // `--host --port 1`: an option that is forgotten to be given a value must not eat the next.
  if (value === undefined || (!inlineValue && /^-./.test(value))) {
    throw new CliUsageError(`${rawName} needs a value: ${rawName} <${spec.value}>`)
  }
  return spec.kind === 'integer' ? integer(rawName, spec, value) : text(rawName, spec, value)
}

function integer(rawName: string, { bounds = [0, 0x7fffffff] }: OptionSpec, value: string): number {
  const [min, max] = bounds
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw new CliUsageError(`${rawName} must be a whole number from ${min} to ${max}, got '${value}'`)
}

function text(rawName: string, { choices }: OptionSpec, value: string): string {
  if (choices === undefined || choices.includes(value)) return value
  throw new CliUsageError(
    `${rawName} must be ${choices.join(', ')}, got '${value}'${didYouMean(value, choices)}`,
  )
}

function checkOperands({ name, operand }: Command, operands: readonly string[]): void {
  const most = operand === undefined ? 0 : 1
  const tooMuch = operands[most]
  if (tooMuch !== undefined) {
    const only = operand === undefined ? 'takes only options' : `takes one ${operand.name}`
    throw new CliUsageError(`'${name}' ${only}: what is '${tooMuch}'?`)
  }
  if (operand?.isRequired === true && operands.length === 0) {
    throw new CliUsageError(`'${name}' needs a ${operand.name}: ${operand.help}`)
  }
}
