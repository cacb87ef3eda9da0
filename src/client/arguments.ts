import type { InputMap, PathParameters } from '../app/index.ts'

/**
 * Inputs that come over the wire say what a client sends, or, with `unknown`, that it is the value;
 * dependencies and the like say nothing.
 */
type Sent<Declared> = Declared extends { readonly '~sent': unknown; readonly '~value': unknown }
  ? unknown extends Declared['~sent']
    ? Declared['~value']
    : Declared['~sent']
  : never

/** The arguments of a call that have to be there. */
type Required<In extends InputMap> = {
  readonly [Name in keyof In as undefined extends Sent<In[Name]>
    ? never
    : [Sent<In[Name]>] extends [never]
      ? never
      : Name]: Sent<In[Name]>
}

/** Those with a default, or that may be absent. */
type Optional<In extends InputMap> = {
  readonly [Name in keyof In as undefined extends Sent<In[Name]> ? Name : never]?: Sent<In[Name]>
}

/** Parameters of the pattern that no input declares. */
type Undeclared<Pattern extends string, In extends InputMap> = {
  readonly [Name in Exclude<keyof PathParameters<Pattern>, keyof In>]: PathParameters<Pattern>[Name]
}

/** The arguments of a route's calls, by name: parameters of the path and declared inputs. */
export type ClientArguments<Pattern extends string, In extends InputMap> = Required<In> &
  Optional<In> &
  Undeclared<Pattern, In>
