import { fileURLToPath } from 'node:url'

/** One line of a stack. */
export interface StackFrame {
  /** Name of the function; undefined at the top of a module and for anonymous functions. */
  readonly name: string | undefined
  /** Absolute path, or as V8 names it: `node:internal/timers`. */
  readonly file: string
  readonly line: number
  readonly column: number
  /** Of the program itself: not of Node, of this package, or of other packages. */
  readonly isOwn: boolean
}

const FRAME = /^\s*at (?:(.+?) \()?(?:async )?(.+?):(\d+):(\d+)\)?$/

/** This package wherever it is installed: `src/` or `dist/`. */
const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url))

/** The frames of `error.stack`, innermost first. Lines of other forms are left out. */
export function stackFrames(stack: string | undefined): StackFrame[] {
  return (stack ?? '').split('\n').flatMap((text) => parseFrame(text) ?? [])
}

function parseFrame(text: string): StackFrame | undefined {
  const found = FRAME.exec(text)
  if (found === null) return undefined
  const [, name, place = '', line, column] = found
  const file = pathOf(place)
  return { name, file, line: Number(line), column: Number(column), isOwn: isOwn(file) }
}

function pathOf(place: string): string {
  if (!place.startsWith('file:')) return place
  try {
    return fileURLToPath(place)
  } catch {
    return place
  }
}

function isOwn(file: string): boolean {
  if (/^(?:node|internal|evalmachine|data|blob|native|<)/.test(file)) return false
  return !file.startsWith(PACKAGE) && !/[\\/]node_modules[\\/]/.test(file)
}
