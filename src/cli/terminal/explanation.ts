import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { FasterApiError } from '../../core/errors.ts'
import {
  frameAt,
  ownFrames,
  placeOfHead,
  placeOfStack,
  type SourceFrame,
  type SourcePlace,
} from './source-place.ts'

/** A failure of the user's code as it is told, on a terminal or a page; plain data. */
export interface Explanation {
  /** Class and message: `TypeError: x is not a function`. */
  readonly message: string
  /** What to do about it, where that is known. */
  readonly hint: string | undefined
  readonly frame: SourceFrame | undefined
  /** Where the call came from, below the frame. */
  readonly trace: readonly string[]
  readonly cause: string | undefined
}

const HINTS: Readonly<Record<string, string>> = {
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    'Node removes types and compiles nothing: write a union of literals for an enum, a module for a namespace, and fields for parameter properties',
  ERR_MODULE_NOT_FOUND:
    "imports of own files need their extension ('./items.ts'); packages need to be installed",
  ERR_UNKNOWN_FILE_EXTENSION: 'Node loads .ts, .mts, .js, .mjs, .cjs and .json',
}

/**
 * Finds out where something went wrong, and how to tell it.
 *
 * @param lastLoaded - the file that was loaded last, which a syntax error may be in
 */
export function explain(error: unknown, lastLoaded?: string): Explanation {
  if (!(error instanceof Error)) {
    return { ...NOTHING, message: `It threw something that is no Error: ${String(error)}` }
  }
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown }
  const place = placeOf(error, lastLoaded)
  return {
    message: `${error.name}: ${error.message}`,
    hint: typeof code === 'string' ? HINTS[code] : undefined,
    frame: place && frameAt(place),
    trace: ownFrames(error.stack ?? ''),
    cause: cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined,
  }
}

const NOTHING = { hint: undefined, frame: undefined, trace: [], cause: undefined } as const

function placeOf(error: Error, lastLoaded: string | undefined): SourcePlace | undefined {
  const stack = error.stack ?? ''
  const atHead = placeOfHead(stack)
  if (atHead !== undefined) return atHead
  const missing = placeOfImport(error.message)
  if (missing !== undefined) return missing
  if (error instanceof SyntaxError && lastLoaded !== undefined) return placeOfSyntax(lastLoaded)
  // A failed start of a dependency says what is wrong, its cause where.
  const { cause } = error
  const own = error instanceof FasterApiError && cause instanceof Error ? cause.stack : undefined
  return placeOfStack(own ?? '') ?? placeOfStack(stack)
}

/** `Cannot find module '/app/items' imported from /app/main.ts`: the line of the import. */
function placeOfImport(message: string): SourcePlace | undefined {
  const [, module, file] =
    /Cannot find (?:module|package) '([^']+)' imported from (\S+)/.exec(message) ?? []
  if (module === undefined || file === undefined) return undefined
  const name = module.split(/[/\\]/).at(-1) ?? module
  const lines = linesOf(file)
  const index = lines.findIndex((line) => /\bfrom\b|\bimport\b/.test(line) && line.includes(name))
  if (index === -1) return undefined
  return { file, line: index + 1, column: (lines[index] ?? '').indexOf(name) + 1 }
}

/** V8 keeps the place of a syntax error to itself unless nobody catches it. */
function placeOfSyntax(file: string): SourcePlace | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', file], {
    encoding: 'utf8',
    timeout: 5000,
  })
  return placeOfHead(stderr)
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
