/**
 * Writes what curl prints below the commands of tutorial and migration guides that have no answer
 * yet: `node scripts/docs/answers.ts docs/tutorial/body.md`. What is already there stays; the tests compare it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase } from '../../test/support/postgres.ts'
import { runCommands } from './exchanges.ts'
import { layOut } from './layout.ts'
import { type Console, startProgram, writePrograms } from './page-programs.ts'

interface Insertion {
  readonly at: number
  readonly text: string
}

async function answersOf(
  { exchanges, offset }: Console,
  folder: string,
  url: string,
): Promise<Insertion[]> {
  const commands = exchanges.map(({ command }) => command)
  const printed = await runCommands(commands, folder, url)
  return exchanges.flatMap(({ answer, offset: within }, index) => {
    const text = printed[index] ?? ''
    if (answer.trim() !== '' || text === '') return []
    return { at: offset + within, text: `${layOut(text)}\n` }
  })
}

async function fill(page: string): Promise<void> {
  let markdown = readFileSync(page, 'utf8')
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-answers-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const insertions: Insertion[] = []
  for (const { file, consoles } of writePrograms(markdown, folder)) {
    if (consoles.length === 0) continue
    const { server } = await startProgram(file)
    if (server === undefined) continue
    for (const console of consoles) {
      insertions.push(...(await answersOf(console, folder, server.url)))
    }
    await server.close()
  }
  for (const { at, text } of insertions.toReversed()) {
    markdown = markdown.slice(0, at) + text + markdown.slice(at)
  }
  writeFileSync(page, markdown)
  rmSync(folder, { recursive: true })
}

const database = await testDatabase()
process.env['DATABASE_URL'] = database.url
try {
  for (const page of process.argv.slice(2)) await fill(page)
} finally {
  await database.stop()
}
