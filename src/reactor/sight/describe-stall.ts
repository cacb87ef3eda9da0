import type { Stall } from './stall-detector.ts'

/** @returns what is logged of a stall: a line, and the stack if it is known */
export function describeStall({ core, durationMs, isOver, stack, suppressed }: Stall): string {
  const how = isOver ? 'made' : 'is making'
  const others = suppressed === 0 ? '' : ` (${suppressed} more were not reported)`
  const line = `fasterapi: reactor ${core} ${how} no progress for ${Math.round(durationMs)} ms${others}`
  return stack === undefined ? line : `${line}\n${stack}`
}
