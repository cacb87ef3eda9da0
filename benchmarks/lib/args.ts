import { parseArgs } from 'node:util'

/** What `npm run bench -- ...` was asked to do. */
export interface BenchArguments<Suite extends string> {
  readonly suite: Suite
  /** Print the report as JSON on standard output instead of a table. */
  readonly json: boolean
  /** Fewer and shorter rounds: for a look, not for a published figure. */
  readonly quick: boolean
  /** Exit with 1 when a budget fails or could not be measured. */
  readonly check: boolean
  /** Keep the rows whose case or peer contains this text, ignoring case. */
  readonly filter: string | undefined
  /** Node majors to run on, one after the other; none for the Node that runs this. */
  readonly nodes: readonly number[]
}

/** The command line is not one this program knows; the message says what is. */
export class UsageError extends Error {}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  filter: { type: 'string' },
  node: { type: 'string' },
} as const

function usage(suites: readonly string[]): string {
  return `usage: npm run bench -- ${suites.join(' | ')} [--quick] [--json] [--check] [--filter <text>] [--node <majors>]`
}

/**
 * Reads the command line.
 *
 * @param args - without the program: `['http', '--quick']`
 * @throws {UsageError} on an unknown suite or option, naming the known ones
 */
export function parseArguments<Suite extends string>(
  args: readonly string[],
  suites: readonly Suite[],
): BenchArguments<Suite> {
  const { values, positionals } = parse(args, suites)
  const [name, ...rest] = positionals
  if (name === undefined) throw new UsageError(`Which benchmark?\n${usage(suites)}`)
  const suite = suites.find((each) => each === name)
  if (suite === undefined) {
    throw new UsageError(`There is no benchmark '${name}'.\n${usage(suites)}`)
  }
  if (rest.length > 0) {
    throw new UsageError(`One benchmark at a time: what is '${rest[0]}'?\n${usage(suites)}`)
  }
  return {
    suite,
    json: values.json,
    quick: values.quick,
    check: values.check,
    filter: values.filter?.toLowerCase(),
    nodes: values.node === undefined ? [] : parseMajors(values.node),
  }
}

/** Reads `22,24,26`. */
function parseMajors(text: string): number[] {
  return text.split(',').map((part) => {
    if (!/^\d+$/.test(part)) {
      throw new UsageError(`--node wants majors as in 22,24,26: what is '${part}'?`)
    }
    return Number(part)
  })
}

function parse(args: readonly string[], suites: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error)
    throw new UsageError(`${reason}.\n${usage(suites)}`)
  }
}
