import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'
import { INVALID, Issues, type Location, type ValidationIssue } from './issue.ts'

/** A value does not fit its schema; `issues` says everything that is wrong with it. */
export class ValidationError extends FasterApiError {
  readonly code = 'SCHEMA_VALIDATION'
  readonly issues: readonly ValidationIssue[]

  constructor(issues: readonly ValidationIssue[]) {
    super(issues.map(describeIssue).join('; '))
    this.issues = issues
  }
}

function describeIssue(issue: ValidationIssue): string {
  return issue.loc.length === 0 ? issue.msg : `${issue.loc.join('.')}: ${issue.msg}`
}

/** A value cannot be written as its schema says; `path` leads to the offending part. */
export class SerializationError extends FasterApiError {
  readonly code = 'SCHEMA_SERIALIZATION'
  readonly path: Location = []
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }

  /** Puts `key` in front of the path, as the failure travels outwards. */
  within(key: string | number): this {
    this.path.unshift(key)
    this.message = `${this.path.join('.')}: ${this.reason}`
    return this
  }
}

/** A schema was declared in a way that can never work; thrown while it is declared. */
export class SchemaDefinitionError extends FasterApiError {
  readonly code = 'SCHEMA_DEFINITION'
}

/**
 * Runs a check on a value that is about to be written.
 *
 * @throws {SerializationError} with the first failure
 */
export function assertFits(
  check: (input: unknown, issues: Issues) => unknown,
  value: unknown,
): void {
  const issues = new Issues()
  if (check(value, issues) !== INVALID) return
  const first = issues.items[0]
  const error = new SerializationError(first?.msg ?? 'does not fit its schema')
  for (const key of first?.loc.toReversed() ?? []) error.within(key)
  throw error
}

registerErrorClasses(ValidationError, SerializationError, SchemaDefinitionError)
