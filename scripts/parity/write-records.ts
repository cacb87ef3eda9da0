import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isWritten } from '../../test/fastapi-tutorial/support/programs.ts'
import type { Exchange, Recording } from '../../test/fastapi-tutorial/support/recording.ts'
import { NOT_RECORDED } from './left-out.ts'

type Recorded = Exchange & { readonly test: string }

/** By the name of the program: `body/tutorial001`. */
export type Records = Readonly<Record<string, readonly Recorded[]>>

const FOLDER = path.join(import.meta.dirname, '../../test/fastapi-tutorial/recordings')

/** Writes one file for each program that we have: what was asked, in order, and the answers. */
export function writeRecords(records: Records): void {
  const written = Object.entries(records).filter(([program]) => isWritten(program))
  for (const [program, exchanges] of written) {
    const file = path.join(FOLDER, `${program}.json`)
    const sessions: Exchange[][] = []
    let last: string | undefined
    for (const { test, ...exchange } of exchanges) {
      if (NOT_RECORDED.some((name) => test.includes(name))) continue
      if (test !== last) sessions.push([])
      last = test
      sessions.at(-1)!.push(exchange)
    }
    const recording: Recording = { program, sessions: withoutRepeats(sessions) }
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, compact(recording))
  }
  console.log(`${written.length} programs recorded`)
}

/** One exchange a line: short, and a change of one shows as one. */
function compact({ program, sessions }: Recording): string {
  const texts = sessions.map((session) => {
    const lines = session.map((exchange) => `    ${JSON.stringify(exchange)}`)
    return `  [\n${lines.join(',\n')}\n  ]`
  })
  return `{\n"program": ${JSON.stringify(program)},\n"sessions": [\n${texts.join(',\n')}\n]\n}\n`
}

/** The same requests with the same answers say nothing new, and a later answer may depend on them. */
function withoutRepeats(sessions: readonly Exchange[][]): Exchange[][] {
  const seen = new Set<string>()
  return sessions.filter((session) => {
    const text = JSON.stringify(session)
    return !seen.has(text) && seen.add(text)
  })
}
