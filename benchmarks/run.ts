import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchArguments, parseArguments, UsageError } from './lib/args.ts'
import { describeMachine } from './lib/machine.ts'
import { nodeProgram, reportName } from './lib/nodes.ts'
import { BENCHMARKS } from './lib/peers.ts'
import { progress } from './lib/progress.ts'
import { compare, failures, type Report } from './lib/report.ts'
import { SUITE_NAMES, SUITES, type SuiteName } from './lib/suites.ts'
import { formatReport } from './lib/table.ts'

type Arguments = BenchArguments<SuiteName>

async function runHere(args: Arguments): Promise<number> {
  const suite = await SUITES[args.suite]()
  const result = await suite.run({ quick: args.quick, filter: args.filter })
  const report: Report = {
    name: args.suite,
    quick: args.quick,
    ...(args.filter === undefined ? {} : { filter: args.filter }),
    machine: describeMachine(result.versions),
    ...compare(result),
  }
  const json = JSON.stringify(report, null, 2)
  const file = join(BENCHMARKS, 'results', `${reportName(args.suite)}.json`)
  mkdirSync(join(BENCHMARKS, 'results'), { recursive: true })
  writeFileSync(file, `${json}\n`)
  process.stdout.write(`${args.json ? json : formatReport(report)}\n`)
  progress(`raw rounds are in ${file}`)
  const failed = failures(report)
  for (const line of failed) progress(`budget not met: ${line}`)
  return args.check && failed.length > 0 ? 1 : 0
}

/** The whole program once more on each Node: everything it starts then runs on that Node, too. */
function runOnEach(args: Arguments): number {
  const programs = args.nodes.map((major) => nodeProgram(major))
  const flags = (['quick', 'json', 'check'] as const).filter((name) => args[name])
  const rest = [args.suite, ...flags.map((name) => `--${name}`)]
  if (args.filter !== undefined) rest.push('--filter', args.filter)
  let code = 0
  for (const program of programs) {
    const { status } = spawnSync(program, [import.meta.filename, ...rest], { stdio: 'inherit' })
    code = Math.max(code, status ?? 1)
  }
  return code
}

try {
  const args = parseArguments(process.argv.slice(2), SUITE_NAMES)
  process.exitCode = args.nodes.length === 0 ? await runHere(args) : runOnEach(args)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
