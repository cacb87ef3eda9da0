import type { OperationContestant } from '../lib/operation-suite.ts'
import { CASE_NAMES, type CaseName, type Contestant } from './cases.ts'

export interface ValidationContestant extends OperationContestant {
  /** File of its operations, relative to this folder. */
  readonly file: string
  readonly cases: readonly CaseName[]
}

export const FASTERAPI = 'fasterapi'
export const NATIVE = 'JSON.stringify'

const CHECKS = CASE_NAMES.filter((name) => !name.startsWith('write'))
const WRITES = CASE_NAMES.filter((name) => name.startsWith('write'))

/** All of them, ours first. */
export const CONTESTANTS: readonly ValidationContestant[] = [
  { name: FASTERAPI, file: 'fasterapi.ts', package: undefined, cases: CASE_NAMES },
  {
    name: NATIVE,
    file: 'native.ts',
    package: undefined,
    cases: WRITES.filter((name) => !name.includes('filter')),
  },
  peer('typebox', CHECKS),
  peer('ajv', CHECKS),
  peer('zod', CASE_NAMES),
  peer('fast-json-stringify', WRITES),
]

function peer(name: string, cases: readonly CaseName[]): ValidationContestant {
  return { name, file: `peers/${name}.js`, package: name, cases }
}

/** Loads the operations of a contestant; its package must be there. */
export async function loadOperations(name: string): Promise<Contestant> {
  const found = CONTESTANTS.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no contestant '${name}'`)
  // By a computed name: the peers' packages are not there when this file is checked.
  const module: { contestant: Contestant } = await import(new URL(found.file, import.meta.url).href)
  return module.contestant
}
