import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'

/** One setting that is wrong. */
export interface SettingsProblem {
  /** Of the variable. */
  readonly name: string
  /** What is wrong, without the value of anything that may be secret. */
  readonly message: string
  /** `the environment`, or the file that it comes from; undefined if it comes from nowhere. */
  readonly source: string | undefined
}

/** The program cannot start as it is set up; the message is a table of everything that is wrong. */
export class SettingsError extends FasterApiError {
  readonly code = 'SETTINGS_INVALID'
  readonly problems: readonly SettingsProblem[]

  constructor(problems: readonly SettingsProblem[]) {
    super(tableOf(problems))
    this.problems = problems
  }
}

function tableOf(problems: readonly SettingsProblem[]): string {
  const width = Math.max(...problems.map(({ name }) => name.length))
  const lines = problems.map(({ name, message, source }) => {
    const origin = source === undefined ? '' : ` (in ${source})`
    return `  ${name.padEnd(width)}  ${message}${origin}`
  })
  const count =
    problems.length === 1 ? '1 setting is wrong' : `${problems.length} settings are wrong`
  return `${count}:\n${lines.join('\n')}`
}

registerErrorClasses(SettingsError)
