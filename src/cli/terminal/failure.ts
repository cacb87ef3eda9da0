import { relative } from 'node:path'
import { styleText } from 'node:util'
import { FasterApiError } from '../../core/errors.ts'
import { CliUsageError } from '../errors.ts'
import { type Explanation, explain } from './explanation.ts'
import type { SourceFrame } from './source-place.ts'

const CALLS_SHOWN = 5

/** Says on standard error what went wrong: a sentence for what was foreseen, else where it happened. */
export function printFailure(error: unknown): void {
  const isForeseen = error instanceof FasterApiError && error.cause === undefined
  const text = isForeseen ? error.message : renderExplanation(explain(error))
  console.error(`${styled('red', 'fasterapi:')} ${text}`)
  if (error instanceof CliUsageError) {
    console.error(styled('dim', "'fasterapi --help' lists the commands and their options"))
  }
}

/** Message, source and calls, in colours if standard error shows them. */
export function renderExplanation({ message, hint, frame, trace, cause }: Explanation): string {
  const lines = [styled('bold', message)]
  if (cause !== undefined) lines.push(`  because of ${cause}`)
  if (frame !== undefined) lines.push('', ...renderFrame(frame))
  if (trace.length > 0) {
    lines.push('', ...trace.slice(0, CALLS_SHOWN).map((call) => styled('dim', `  ${call}`)))
  }
  if (hint !== undefined) lines.push('', `${styled('cyan', 'hint:')} ${hint}`)
  return lines.join('\n')
}

function renderFrame({ file, line, column, lines }: SourceFrame): string[] {
  const place = column === undefined ? `${line}` : `${line}:${column}`
  const width = String(lines.at(-1)?.number ?? line).length
  const rendered = [`  ${styled('cyan', `${relative(process.cwd(), file) || file}:${place}`)}`]
  for (const { number, text } of lines) {
    const gutter = `${String(number).padStart(width)} | `
    const isIt = number === line
    rendered.push(
      isIt ? `${styled('red', '>')} ${gutter}${text}` : `  ${styled('dim', gutter)}${text}`,
    )
    if (isIt && column !== undefined) {
      // Tabs stay tabs, so that the caret stands where it should.
      const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ')
      rendered.push(`  ${' '.repeat(width)} | ${indent}${styled('red', '^')}`)
    }
  }
  return rendered
}

function styled(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stderr })
}
