import * as fc from 'fast-check'

/** A tree of asynchronous work, which futures and native promises evaluate to the same outcome. */
export type Program =
  | {
      readonly kind: 'leaf'
      readonly form: LeafForm
      readonly fails: boolean
      readonly name: string
    }
  | { readonly kind: 'delay'; readonly delayMs: number; readonly child: Program }
  | { readonly kind: ChainKind; readonly child: Program; readonly next: Program }
  | { readonly kind: ListKind; readonly children: readonly Program[] }
  | { readonly kind: PoolKind; readonly children: readonly Program[]; readonly concurrency: number }
  | { readonly kind: 'some'; readonly children: readonly Program[]; readonly share: number }
  | { readonly kind: 'retry'; readonly child: Program; readonly failures: number }
  | { readonly kind: 'timeout'; readonly child: Program; readonly limitMs: number }

/** How a leaf answers: as it is or by throwing, by a settled future, or by a promise. */
type LeafForm = 'plain' | 'settled' | 'native'
type ChainKind = 'then' | 'catch' | 'finally' | 'tap' | 'thenWrapped'
type ListKind = 'all' | 'record' | 'allSettled' | 'allSucceed' | 'any' | 'anySucceed' | 'reduce'
type PoolKind = 'map' | 'filter' | 'forEach' | 'mapReduce' | 'mapReduceUnordered' | 'mapToTheEnd'

/** Attempts that `retry` makes of a program. */
export const ATTEMPTS = 3
/** Its pause, in milliseconds. */
export const PAUSE_MS = 4

/** Siblings end at times that differ modulo this number, so that who is first is never a tie. */
export const SLOTS = 4

const names = fc.constantFrom('a', 'b', 'c', 'd')

/** Children of one list: fewer than {@link SLOTS}, one slot being left for a time limit. */
const MAX_CHILDREN = SLOTS - 1

export const programs: fc.Arbitrary<Program> = fc.letrec<{ program: Program }>((tie) => {
  const child = tie('program')
  const children = fc.array(child, { minLength: 1, maxLength: MAX_CHILDREN })
  return {
    program: fc.oneof(
      { maxDepth: 4, withCrossShrink: true, depthSize: 'small' },
      fc.record({
        kind: fc.constant('leaf' as const),
        form: fc.constantFrom<LeafForm>('plain', 'settled', 'native'),
        fails: fc.boolean(),
        name: names,
      }),
      fc.record({
        kind: fc.constant('delay' as const),
        delayMs: fc.integer({ min: 1, max: 9 }),
        child,
      }),
      fc.record({
        kind: fc.constantFrom<ChainKind>('then', 'catch', 'finally', 'tap', 'thenWrapped'),
        child,
        next: child,
      }),
      fc.record({
        kind: fc.constantFrom<ListKind>(
          'all',
          'record',
          'allSettled',
          'allSucceed',
          'any',
          'anySucceed',
          'reduce',
        ),
        children,
      }),
      fc.record({
        kind: fc.constantFrom<PoolKind>(
          'map',
          'filter',
          'forEach',
          'mapReduce',
          'mapReduceUnordered',
          'mapToTheEnd',
        ),
        children,
        concurrency: fc.integer({ min: 1, max: MAX_CHILDREN }),
      }),
      fc.record({
        kind: fc.constant('some' as const),
        children,
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({
        kind: fc.constant('retry' as const),
        child,
        failures: fc.integer({ min: 0, max: ATTEMPTS }),
      }),
      fc.record({
        kind: fc.constant('timeout' as const),
        child,
        limitMs: fc.integer({ min: 1, max: 9 }),
      }),
    ),
  }
}).program

/** Milliseconds from `nowMs` to the next time that belongs to `slot`; 0 if that is now. */
export function untilSlot(nowMs: number, slot: number): number {
  return (((slot - nowMs) % SLOTS) + SLOTS) % SLOTS
}

/** How many successes `some` asks for. */
export function neededOf(program: {
  readonly children: readonly Program[]
  readonly share: number
}) {
  return Math.round(program.share * program.children.length)
}

/** A limit that ends in a slot no child has. */
export function limitOf(nowMs: number, limitMs: number): number {
  return limitMs + untilSlot(nowMs + limitMs, MAX_CHILDREN)
}
