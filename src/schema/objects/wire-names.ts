import type { Schema } from '../schema.ts'

/** The names under which a key is read, the first of which is shown to people. */
export function inputNames({ info }: Schema<unknown>, key: string): readonly string[] {
  const given = info.inputAlias ?? info.alias ?? key
  return typeof given === 'string' ? [given] : given
}

/** The name under which a key is written. */
export function outputName({ info }: Schema<unknown>, key: string): string {
  return info.outputAlias ?? info.alias ?? key
}
