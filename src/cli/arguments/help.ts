import { bold, cyan, dim } from '../terminal/style.ts'
import { columns } from '../terminal/table.ts'
import { COMMON_OPTIONS, type Command, type OptionSpecs } from './command.ts'

/** What `fasterapi --help` prints. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }) => [cyan(name), summary])
  return [
    `${bold('Usage:')} fasterapi <command> [options]`,
    '',
    bold('Commands:'),
    ...indented(columns(rows)),
    '',
    bold('Options:'),
    ...indented(
      columns([
        [cyan('--version'), 'the version of FasterAPI and of Node'],
        [cyan('-h, --help'), `this text; ${dim('fasterapi <command> --help')} for one command`],
      ]),
    ),
  ].join('\n')
}

/** What `fasterapi <command> --help` prints. */
export function commandHelp({ name, summary, details, operand, options }: Command): string {
  const argument = operand === undefined ? '' : ` ${placeholder(operand)}`
  const lines = [`${bold('Usage:')} fasterapi ${name}${argument} [options]`, '', summary]
  if (details !== undefined) lines.push('', details)
  if (operand !== undefined) {
    lines.push('', bold('Argument:'), ...indented(columns([[cyan(operand.name), operand.help]])))
  }
  lines.push('', bold('Options:'), ...indented(columns(optionRows(options))))
  return lines.join('\n')
}

function placeholder({ name, isRequired }: NonNullable<Command['operand']>): string {
  return isRequired ? `<${name}>` : `[${name}]`
}

function optionRows(options: OptionSpecs): string[][] {
  return Object.entries({ ...options, ...COMMON_OPTIONS }).map(([name, spec]: OptionEntry) => {
    const short = spec.short === undefined ? '    ' : `-${spec.short}, `
    const value = spec.kind === 'flag' ? '' : ` <${spec.value}>`
    return [`${cyan(`${short}--${name}`)}${value}`, spec.help]
  })
}

type OptionEntry = [name: string, spec: OptionSpecs[string]]

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
