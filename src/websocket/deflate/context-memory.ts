import type { DeflateSettings } from './options.ts'

/** What zlib takes for a window of 2^bits, besides some fixed kilobytes. @see zlib.h, "memory requirements" */
const FIXED_BYTES = 16_384

/** Memory of the two contexts that a socket with `contextTakeover` keeps. */
export function contextBytes({ windowBits, memoryLevel }: DeflateSettings): number {
  const deflating = 2 ** (windowBits + 2) + 2 ** (memoryLevel + 9)
  return deflating + 2 ** windowBits + FIXED_BYTES
}
