/**
 * Sends damaged requests to our server and to `node:http`, and to our server once more in pieces.
 *
 * Usage: `node scripts/fuzz-http.ts [--seed 1] [--count 1000000] [--index 7] [--save]`. The inputs of
 * a seed are always the same; `--index` shows one of them. What nothing explains is printed as
 * short as it can be made, and with `--save` added to the cases that every test run repeats.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Finding, Fuzzer } from '../test/http/differential/fuzzer.ts'
import { fuzzInput } from '../test/http/differential/generate.ts'

const FOUND = new URL('../test/http/differential/found.json', import.meta.url)
/** After so many kinds of findings there is enough to do. */
const MAX_FINDINGS = 10
const REPORT_EVERY = 1_000_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000000' },
    index: { type: 'string' },
    save: { type: 'boolean', default: false },
  },
})

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} is ${text}`)
  return value
}

function piecesOf(finding: Finding): string[] {
  return finding.input.pieces.map((piece) => piece.toString('latin1'))
}

function save(findings: Iterable<Finding>): void {
  const known = JSON.parse(readFileSync(FOUND, 'utf8')) as string[][]
  const rows = [...known, ...Array.from(findings, piecesOf)].map((row) => JSON.stringify(row))
  writeFileSync(FOUND, `[\n${[...new Set(rows)].map((row) => `  ${row}`).join(',\n')}\n]\n`)
}

const seed = wholeNumber('--seed', values.seed)
const count = wholeNumber('--count', values.count)
const fuzzer = new Fuzzer()
const findings = new Map<string, Finding>()

async function run(): Promise<void> {
  for (let index = 0; index < count && findings.size < MAX_FINDINGS; index++) {
    const finding = await fuzzer.check(fuzzInput(seed, index))
    if (finding !== undefined && !findings.has(finding.signature)) {
      const shortest = await fuzzer.shrink(finding)
      findings.set(finding.signature, shortest)
      console.log(
        `${seed}/${index}: ${shortest.signature}\n  ${JSON.stringify(piecesOf(shortest))}`,
      )
    }
    if ((index + 1) % REPORT_EVERY === 0 && index + 1 < count) report()
  }
}

const startMs = performance.now()

function report(): void {
  const { inputs, taken } = fuzzer
  const perSecond = Math.round((inputs * 1000) / (performance.now() - startMs))
  const heapMiB = Math.round(process.memoryUsage().heapUsed / 1_048_576)
  console.log(
    `seed ${seed}: ${inputs} inputs, ${taken} with a request taken, ${findings.size} findings, ${perSecond}/s, ${heapMiB} MiB`,
  )
}

if (values.index !== undefined) {
  const input = fuzzInput(seed, wholeNumber('--index', values.index))
  console.log(JSON.stringify(input.pieces.map((piece) => piece.toString('latin1'))))
  console.log((await fuzzer.check(input))?.signature ?? 'explained')
} else {
  await run()
  for (const [rule, times] of fuzzer.explained) console.log(`${times} explained by: ${rule.what}`)
  report()
  if (values.save) save(findings.values())
}
await fuzzer.close()
process.exitCode = findings.size === 0 ? 0 : 1
