import type { Input, InputMap } from '../inputs/input.ts'

/** What the pattern itself says about a parameter: `{id:int}` is a number. */
type ConvertedValue<Convertor> = Convertor extends 'int' | 'float' ? number : string

type Parameter<Text extends string> = Text extends `${infer Name}:${infer Convertor}`
  ? { readonly [Key in Name]: ConvertedValue<Convertor> }
  : { readonly [Key in Text]: string }

/** The parameters of a pattern with their types: `/u/{id:int}/{tab}` has `id: number, tab: string`. */
export type PathParameters<Pattern extends string> =
  Pattern extends `${string}{${infer Text}}${infer Rest}`
    ? Parameter<Text> & PathParameters<Rest>
    : unknown

/** What a handler gets: the parameters of the pattern and the declared inputs, which override. */
export type Arguments<Pattern extends string, In extends InputMap> = {
  readonly [Name in keyof PathParameters<Pattern> | keyof In]: Name extends keyof In
    ? In[Name]['~value']
    : Name extends keyof PathParameters<Pattern>
      ? PathParameters<Pattern>[Name]
      : never
}

/** Names each `path()` input that the pattern does not have, so that the compiler shows this text. */
export type CheckedInputs<Pattern extends string, In extends InputMap> = {
  readonly [Name in keyof In as In[Name] extends Input<unknown, 'path'>
    ? Exclude<Name, keyof PathParameters<Pattern>>
    : never]: `'${Pattern}' has no parameter {${Name & string}}`
}
