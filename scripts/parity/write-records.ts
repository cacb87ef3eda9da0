import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isWritten } from '../../test/fastapi-tutorial/support/programs.ts'
import type { Exchange, Recording, Step } from '../../test/fastapi-tutorial/support/recording.ts'
import { nameTokens } from '../../test/fastapi-tutorial/support/tokens.ts'
import { NOT_RECORDED } from './left-out.ts'

type Recorded = (Exchange | { readonly step: Step }) & { readonly test: string }

/** By the name of the program: `body/tutorial001`. */
export type Records = Readonly<Record<string, readonly Recorded[]>>

const FOLDER = path.join(import.meta.dirname, '../../test/fastapi-tutorial/recordings')

/** Writes one file for each program that we have: what was asked, in order, and the answers. */
export function writeRecords(records: Records): void {
  const written = Object.entries(records).filter(([program]) => isWritten(program))
  for (const [program, exchanges] of written) {
    const file = path.join(FOLDER, `${program}.json`)
    const kept = exchanges.filter(({ test }) => !NOT_RECORDED.some((name) => test.includes(name)))
    const asked = byTest(kept.flatMap((each) => ('step' in each ? [] : [each])))
    const sessions = asked.map((session) => nameTokens(session.map(withoutPage)))
    const said = byTest(
      kept.flatMap(({ test, ...each }) => ('step' in each ? [{ test, ...each }] : [])),
    )
    const conversations = said.map((steps) => steps.map(({ step }) => step))
    const recording: Recording = {
      program,
      sessions: withoutRepeats(sessions),
      ...(conversations.length === 0 ? {} : { conversations: withoutRepeats(conversations) }),
    }
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, compact(recording))
  }
  console.log(`${written.length} programs recorded`)
}

/** Groups what follows each other in one test, and forgets its name. */
function byTest<Entry extends { readonly test: string }>(
  entries: readonly Entry[],
): Omit<Entry, 'test'>[][] {
  const groups: Omit<Entry, 'test'>[][] = []
  let last: string | undefined
  for (const { test, ...entry } of entries) {
    if (test !== last) groups.push([])
    last = test
    groups.at(-1)!.push(entry)
  }
  return groups
}

const MAX_PAGE_LENGTH = 500

/** Long pages are texts of FastAPI's documentation: what counts is that there is a page. */
function withoutPage({ request, answer }: Exchange): Exchange {
  const { text = '', ...head } = answer
  const isPage = text.length > MAX_PAGE_LENGTH && /^\s*<!doctype html>/i.test(text)
  return { request, answer: isPage ? { ...head, page: true } : answer }
}

/** One exchange, or one step, a line: short, and a change of one shows as one. */
function compact({ program, sessions, conversations }: Recording): string {
  const parts = [`"program": ${JSON.stringify(program)}`, `"sessions": ${lines(sessions)}`]
  if (conversations !== undefined) parts.push(`"conversations": ${lines(conversations)}`)
  return `{\n${parts.join(',\n')}\n}\n`
}

function lines(groups: readonly (readonly object[])[]): string {
  const texts = groups.map((group) => {
    const each = group.map((entry) => `    ${JSON.stringify(entry)}`)
    return `  [\n${each.join(',\n')}\n  ]`
  })
  return `[\n${texts.join(',\n')}\n]`
}

/** The same requests with the same answers say nothing new, and a later answer may depend on them. */
function withoutRepeats<Entry>(sessions: readonly Entry[][]): Entry[][] {
  const seen = new Set<string>()
  return sessions.filter((session) => {
    const text = JSON.stringify(session)
    return !seen.has(text) && seen.add(text)
  })
}
