import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchArguments, parseArguments, UsageError } from './lib/args.ts'
import { describeMachine } from './lib/machine.ts'
import { BENCHMARKS } from './lib/peers.ts'
import { progress } from './lib/progress.ts'
import { compare, failures, type Report } from './lib/report.ts'
import { SUITE_NAMES, SUITES, type SuiteName } from './lib/suites.ts'
import { formatReport } from './lib/table.ts'

async function main(args: BenchArguments<SuiteName>): Promise<number> {
  const suite = await SUITES[args.suite]()
  const result = await suite.run({ quick: args.quick, filter: args.filter })
  const report: Report = {
    name: args.suite,
    quick: args.quick,
    machine: describeMachine(result.versions),
    ...compare(result),
  }
  const json = JSON.stringify(report, null, 2)
  const file = join(BENCHMARKS, 'results', `${args.suite}.json`)
  mkdirSync(join(BENCHMARKS, 'results'), { recursive: true })
  writeFileSync(file, `${json}\n`)
  process.stdout.write(`${args.json ? json : formatReport(report)}\n`)
  progress(`raw rounds are in ${file}`)
  const failed = failures(report)
  for (const line of failed) progress(`budget not met: ${line}`)
  return args.check && failed.length > 0 ? 1 : 0
}

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2), SUITE_NAMES))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
