import { INVALID, Issues } from './issue.ts'

/** @see Standard Schema v1, https://standardschema.dev */
export interface StandardProperties<Output> {
  readonly version: 1
  readonly vendor: string
  readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
  readonly types?: { readonly input: unknown; readonly output: Output } | undefined
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Any validator that follows Standard Schema v1: zod, valibot, arktype. */
export interface StandardSchema<Output> {
  readonly '~standard': StandardProperties<Output>
}

/** The Standard Schema v1 face of a check of ours. */
export function standardProperties<Value>(
  check: (input: unknown, issues: Issues) => unknown,
): StandardProperties<Value> {
  return {
    version: 1,
    vendor: 'fasterapi',
    validate: (input) => {
      const issues = new Issues()
      const value = check(input, issues)
      if (value !== INVALID) return { value: value as Value }
      return { issues: issues.items.map(({ msg, loc }) => ({ message: msg, path: loc })) }
    },
  }
}
