import { CASE_NAMES, type CaseName, type Contestant } from './cases.ts'

/** Whoever is measured: the library, or a peer with what it is called in the report. */
export interface FuturesContestant {
  /** As a row of the report shows it; of a peer from a package the package's name. */
  readonly name: string
  /** File of its operations, relative to this folder. */
  readonly file: string
  /** The package it comes from; `undefined` for what comes with this repository or Node. */
  readonly package: string | undefined
  readonly cases: readonly CaseName[]
}

export const FASTERAPI = 'fasterapi'
export const NATIVE = 'native Promise'

const MAPS: readonly CaseName[] = [
  'map of 1,000 ready, 10 at a time',
  'map of 1,000 async, 10 at a time',
]
const CREATIONS: readonly CaseName[] = ['create ready', 'create pending', 'await of a ready one']
const SEMAPHORE = 'semaphore hand-over'
const RETRY = 'retry, first attempt succeeds'

/** All of them, ours first. */
export const CONTESTANTS: readonly FuturesContestant[] = [
  own(FASTERAPI, 'fasterapi'),
  own(NATIVE, 'native'),
  peer('bluebird', without(SEMAPHORE, RETRY)),
  // An Effect is a description of work: making one is no more than making an object, and `await` needs a run.
  peer('effect', without(...CREATIONS)),
  peer('p-limit', [SEMAPHORE]),
  peer('p-map', MAPS),
  peer('p-retry', [RETRY]),
]

function own(name: string, folder: string): FuturesContestant {
  return { name, file: `${folder}/contestant.ts`, package: undefined, cases: CASE_NAMES }
}

function peer(name: string, cases: readonly CaseName[]): FuturesContestant {
  return { name, file: `peers/${name}.js`, package: name, cases }
}

function without(...absent: readonly CaseName[]): CaseName[] {
  return CASE_NAMES.filter((name) => !absent.includes(name))
}

/** @throws {Error} if no contestant has that name */
export function contestantNamed(name: string): FuturesContestant {
  const found = CONTESTANTS.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no contestant '${name}'`)
  return found
}

/** Loads the operations of a contestant; its package must be there. */
export async function loadOperations({ file }: FuturesContestant): Promise<Contestant> {
  // By a computed name: the peers' packages are not there when this file is checked.
  const module: { contestant: Contestant } = await import(new URL(file, import.meta.url).href)
  return module.contestant
}
