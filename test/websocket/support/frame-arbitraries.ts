import * as fc from 'fast-check'
import type { FrameSpec } from './frames.ts'

/** Frames that are mostly right: what a parser has to tell apart. */
export function frameSpecs(
  payload: fc.Arbitrary<string | Uint8Array>,
  length: fc.ArrayConstraints,
): fc.Arbitrary<FrameSpec[]> {
  const rarely = <T>(often: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>, weight: number) =>
    fc.oneof({ weight, arbitrary: often }, { weight: 1, arbitrary: seldom })
  return fc.array(
    fc.record({
      opcode: rarely(fc.constantFrom(0, 1, 2, 8, 9, 10), fc.integer({ min: 0, max: 15 }), 8),
      payload,
      fin: rarely(fc.constant(true), fc.boolean(), 3),
      rsv: rarely(fc.constant(0), fc.integer({ min: 0, max: 7 }), 20),
      mask: rarely<number | null>(fc.integer(), fc.constant(null), 20),
    }),
    length,
  )
}
