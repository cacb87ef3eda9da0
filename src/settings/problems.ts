import { describe } from '../core/errors.ts'
import type { ValidationIssue } from '../schema/index.ts'
import type { SettingsProblem } from './errors.ts'
import type { Source } from './sources.ts'
import type { Variable } from './variables.ts'

/** Names of variables whose values are not for logs, whether they are declared secret or not. */
const SOUNDS_SECRET = /AUTH|CREDENTIAL|DSN|KEY|PASS|PRIVATE|SECRET|SIGNATURE|TOKEN|URI|URL/

/** What is wrong with the text of a variable. */
export function invalidValue(
  { name, isSecret }: Variable,
  text: string,
  issues: readonly ValidationIssue[],
  source: string,
): SettingsProblem {
  const hides = isSecret || SOUNDS_SECRET.test(name.toUpperCase())
  const reasons = issues.map(({ loc, msg }) => {
    // Schemas of others may quote what they were given.
    const reason = hides && text !== '' && msg.includes(text) ? 'the value does not fit' : msg
    return loc.length === 0 ? reason : `${loc.join('.')}: ${reason}`
  })
  const found = hides ? '' : `, got ${describe(text)}`
  return { name, message: `${reasons.join('; ')}${found}`, source }
}

/** Variables with the prefix of the program that it does not know: most likely misspelt. */
export function unknownVariables(
  prefix: string,
  variables: readonly Variable[],
  sources: readonly Source[],
): SettingsProblem[] {
  const known = new Set(variables.map(({ name }) => name))
  const seen = new Set<string>()
  return sources.flatMap(({ name: source, values }) =>
    Object.keys(values).flatMap((name): SettingsProblem[] => {
      if (!name.startsWith(prefix) || known.has(name) || seen.has(name)) return []
      seen.add(name)
      const near = nearest(name, [...known])
      const hint = near === undefined ? '' : `; did you mean ${near}?`
      return [{ name, message: `there is no such setting${hint}`, source }]
    }),
  )
}

/** The candidate that differs least, if it does so by a slip or two. */
function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let least = 3
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate)
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** How many letters to put in, take out or change; two that changed places count as two. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let at = 1; at <= from.length; at++) {
    const next = [at]
    for (let other = 1; other <= to.length; other++) {
      const change = row[other - 1]! + (from[at - 1] === to[other - 1] ? 0 : 1)
      next.push(Math.min(change, row[other]! + 1, next[other - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
