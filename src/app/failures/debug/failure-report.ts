import { relative } from 'node:path'
import { describe } from '../../../core/errors.ts'
import { safeText } from './redaction.ts'
import { type SourceLine, sourceExcerpt } from './source-excerpt.ts'
import { type StackFrame, stackFrames } from './stack-frames.ts'

/** A frame as people read it. */
export interface ReportedFrame {
  /** `load (app/shop.ts:12:9)`, paths relative to the working directory. */
  readonly text: string
  readonly isOwn: boolean
}

/** One error of a chain of causes. */
export interface FailureReport {
  readonly name: string
  readonly code: string | undefined
  readonly message: string
  readonly frames: readonly ReportedFrame[]
  /** Where the program itself comes into it. */
  readonly place: string | undefined
  readonly source: readonly SourceLine[]
}

/** Causes further down are not told. */
const MAX_CAUSES = 10

/** The failure first, then what it was caused by, each but once. Passwords in URLs are left out. */
export function reportFailure(failure: unknown): FailureReport[] {
  const chain: unknown[] = []
  for (let at: unknown = failure; chain.length < MAX_CAUSES; at = at.cause) {
    if (chain.includes(at)) break
    chain.push(at)
    if (!(at instanceof Error) || at.cause === undefined) break
  }
  return chain.map(reportOne)
}

function reportOne(failure: unknown): FailureReport {
  if (!(failure instanceof Error)) {
    const message = safeText(describe(failure))
    const name = 'Not an Error'
    return { name, code: undefined, message, frames: [], place: undefined, source: [] }
  }
  const frames = stackFrames(failure.stack)
  const own = frames.find(({ isOwn }) => isOwn)
  const { code } = failure as { readonly code?: unknown }
  return {
    name: failure.name,
    code: typeof code === 'string' ? code : undefined,
    message: safeText(failure.message),
    frames: frames.map((frame) => ({ text: frameText(frame), isOwn: frame.isOwn })),
    place: own === undefined ? undefined : placeOf(own),
    source: own === undefined ? [] : sourceExcerpt(own).map(withoutPasswords),
  }
}

function frameText(frame: StackFrame): string {
  const place = placeOf(frame)
  return frame.name === undefined ? place : `${frame.name} (${place})`
}

function placeOf({ file, line, column }: StackFrame): string {
  const near = relative(process.cwd(), file)
  const path = file.includes(':') || near.startsWith('..') ? file : near
  return `${path}:${line}:${column}`
}

function withoutPasswords(line: SourceLine): SourceLine {
  return { ...line, text: safeText(line.text) }
}
