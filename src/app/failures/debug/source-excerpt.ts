import { readFileSync } from 'node:fs'
import type { StackFrame } from './stack-frames.ts'

/** One line of source around the place where an error was made. */
export interface SourceLine {
  readonly number: number
  readonly text: string
  readonly isFailing: boolean
}

const AROUND = 5
/** Lines of bundled programs are of no use to a reader. */
const MAX_LINE = 300

/** The lines around a frame; none if the file cannot be read, or is not what ran. */
export function sourceExcerpt({ file, line }: StackFrame): SourceLine[] {
  let lines: string[]
  try {
    lines = readFileSync(file, 'utf8').split(/\r?\n/)
  } catch {
    return []
  }
  if (line > lines.length) return []
  const first = Math.max(1, line - AROUND)
  return lines.slice(first - 1, line + AROUND).map((text, at) => ({
    number: first + at,
    text: text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text,
    isFailing: first + at === line,
  }))
}
