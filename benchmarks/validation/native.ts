import { contestantOf } from './cases.ts'

const model = { write: (value: unknown): string => JSON.stringify(value) }

const { 'write and filter small': _, ...cases } = contestantOf({
  small: model,
  medium: model,
  large: model,
})

/** `JSON.stringify` alone: it neither checks nor filters, so no serializer can be faster than it. */
export const contestant = cases
