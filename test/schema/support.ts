import { INVALID, Issues, type Schema, type ValidationIssue } from '../../src/schema/index.ts'

/** Everything that is wrong with a JSON value. */
export function issuesOf(schema: Schema<unknown>, input: unknown): ValidationIssue[] {
  const issues = new Issues()
  const value = schema.check(input, issues)
  if ((value === INVALID) === issues.isEmpty) throw new Error('the result and the issues disagree')
  return issues.items
}

/** What is wrong with a text of the wire, or the value it stands for. */
export function readText(schema: Schema<unknown>, text: string): unknown {
  const issues = new Issues()
  const value = schema.checkText(text, issues)
  if ((value === INVALID) === issues.isEmpty) throw new Error('the result and the issues disagree')
  return value === INVALID ? issues.items.map((issue) => issue.type).join() : value
}
