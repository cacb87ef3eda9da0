import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A place in a source file; both numbers count from 1. */
export interface SourcePlace {
  readonly file: string
  readonly line: number
  readonly column: number | undefined
}

/** Lines around a place, to be shown. */
export interface SourceFrame extends SourcePlace {
  readonly lines: readonly { readonly number: number; readonly text: string }[]
}

const LINES_AROUND = 2
const FRAME = /(?:\(|at (?:async )?)(file:\/\/[^\s)]+|\/[^():]+|[A-Za-z]:\\[^():]+):(\d+):(\d+)\)?$/
const HEAD = /^(file:\/\/\S+|\/[^\n:]+|[A-Za-z]:\\[^\n:]+):(\d+)\n/

/** Where a stack began in code of the user: not in Node, not in a package. */
export function placeOfStack(stack: string): SourcePlace | undefined {
  for (const line of stack.split('\n')) {
    const [, file, row, column] = FRAME.exec(line) ?? []
    if (file === undefined || isForeign(line)) continue
    return { file: toPath(file), line: Number(row), column: Number(column) }
  }
  return undefined
}

/** The stack's lines that the user can do something about. */
export function ownFrames(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !isForeign(line))
    .map((line) => line.trim())
}

/**
 * Node writes the place of a syntax error above the stack: the file with the line, the source, and
 * carets below what is wrong.
 */
export function placeOfHead(stack: string): SourcePlace | undefined {
  const [head = '', file, line] = HEAD.exec(stack) ?? []
  if (file === undefined) return undefined
  const caret = stack
    .slice(head.length)
    .split('\n', 12)
    .find((each) => /^ *\^+$/.test(each))
  const column = caret === undefined ? undefined : caret.indexOf('^') + 1
  return { file: toPath(file), line: Number(line), column }
}

/** @returns undefined if the file cannot be read or has no such line */
export function frameAt(place: SourcePlace): SourceFrame | undefined {
  let lines: string[]
  try {
    lines = readFileSync(place.file, 'utf8').split('\n')
  } catch {
    return undefined
  }
  if (place.line < 1 || place.line > lines.length) return undefined
  const first = Math.max(0, place.line - 1 - LINES_AROUND)
  const shown = lines.slice(first, place.line + LINES_AROUND)
  return { ...place, lines: shown.map((text, index) => ({ number: first + index + 1, text })) }
}

function isForeign(line: string): boolean {
  return line.includes('node:') || /[/\\]node_modules[/\\]/.test(line) || isOurs(line)
}

/** Whatever this very package does on behalf of the user's code. */
function isOurs(line: string): boolean {
  return line.includes(PACKAGE)
}

const PACKAGE = new URL('../../', import.meta.url).href

function toPath(file: string): string {
  return isAbsolute(file) ? file : fileURLToPath(file)
}
