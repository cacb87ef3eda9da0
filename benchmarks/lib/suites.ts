import { UsageError } from './args.ts'
import type { Comparison, SuiteResult } from './report.ts'

export interface SuiteOptions {
  readonly quick: boolean
  /** Lower-case text that a row's case or peer must contain. */
  readonly filter: string | undefined
}

/** A benchmark that `npm run bench -- <name>` runs. */
export interface Suite {
  run(options: SuiteOptions): Promise<SuiteResult & { readonly versions: Record<string, string> }>
}

export const SUITE_NAMES = ['futures', 'http', 'pg', 'reactor', 'validation', 'websocket'] as const

export type SuiteName = (typeof SUITE_NAMES)[number]

/** Loaded on demand: a suite must not need what only another one does. */
export const SUITES: Readonly<Record<SuiteName, () => Promise<Suite>>> = {
  futures: async (): Promise<Suite> => (await import('../futures/suite.ts')).futures,
  http: async (): Promise<Suite> => (await import('../http/suite.ts')).http,
  pg: async (): Promise<Suite> => (await import('../pg/suite.ts')).pg,
  reactor: async (): Promise<Suite> => (await import('../reactor/suite.ts')).reactor,
  validation: async (): Promise<Suite> => (await import('../validation/suite.ts')).validation,
  websocket: async (): Promise<Suite> => (await import('../websocket/suite.ts')).websocket,
}

/**
 * The pairs whose case or peer contains the filter.
 *
 * @throws {UsageError} if none does, naming the cases and the peers
 */
export function keepWanted(
  filter: string | undefined,
  pairs: readonly Comparison[],
): readonly Comparison[] {
  if (filter === undefined) return pairs
  const wanted = pairs.filter(
    (pair) => pair.case.toLowerCase().includes(filter) || pair.peer.toLowerCase().includes(filter),
  )
  if (wanted.length > 0) return wanted
  const cases = [...new Set(pairs.map((pair) => pair.case))].join(' | ')
  const peers = [...new Set(pairs.map((pair) => pair.peer))].join(' | ')
  throw new UsageError(`Nothing matches '${filter}'.\ncases: ${cases}\npeers: ${peers}`)
}
