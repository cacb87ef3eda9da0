import { createInterface } from 'node:readline'
import { TIMER_CASES } from './timer-cases.ts'

/** One process per case: pending timers of one must not weigh on another. */
const [contestant = '', name = ''] = process.argv.slice(2)
const run = TIMER_CASES[contestant]?.[name]
if (run === undefined) throw new Error(`No case '${name}' of ${contestant}`)
await run(0)
process.stdout.write('{"ready":true}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const { count } = JSON.parse(line) as { readonly count: number }
  process.stdout.write(`${JSON.stringify({ figure: await run(count) })}\n`)
}
