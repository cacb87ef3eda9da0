import assert from 'node:assert/strict'
import { isAnswer, runCommands } from '../../../scripts/docs/exchanges.ts'
import type { Console } from '../../../scripts/docs/page-programs.ts'

/** Sends what a page sends to a server, and compares what it answers with what the page says. */
export async function assertAnswers(
  { exchanges }: Console,
  folder: string,
  url: string,
): Promise<void> {
  const commands = exchanges.map(({ command }) => command)
  const printed = await runCommands(commands, folder, url)
  for (const [index, { command, answer }] of exchanges.entries()) {
    const text = printed[index] ?? ''
    assert.ok(isAnswer(answer, text), `$ ${command}\nprints\n${text}\nand not\n${answer}`)
  }
}
