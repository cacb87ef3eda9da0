import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Exchange, Recording } from '../../test/fastapi-tutorial/support/recording.ts'

type Recorded = Exchange & { readonly test: string }

/** By the name of the program: `body/tutorial001`. */
export type Records = Readonly<Record<string, readonly Recorded[]>>

const FOLDER = path.join(import.meta.dirname, '../../test/fastapi-tutorial/recordings')

/** Writes one file a program: what was asked, in order, and what FastAPI answered. */
export function writeRecords(records: Records): void {
  for (const [program, exchanges] of Object.entries(records)) {
    const file = path.join(FOLDER, `${program}.json`)
    const sessions: Exchange[][] = []
    let last: string | undefined
    for (const { test, ...exchange } of exchanges) {
      if (test !== last) sessions.push([])
      last = test
      sessions.at(-1)!.push(exchange)
    }
    const recording: Recording = { program, sessions: withoutRepeats(sessions) }
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, `${JSON.stringify(recording, undefined, 2)}\n`)
  }
  console.log(`${Object.keys(records).length} programs recorded`)
}

/** The same requests with the same answers say nothing new, and a later answer may depend on them. */
function withoutRepeats(sessions: readonly Exchange[][]): Exchange[][] {
  const seen = new Set<string>()
  return sessions.filter((session) => {
    const text = JSON.stringify(session)
    return !seen.has(text) && seen.add(text)
  })
}
