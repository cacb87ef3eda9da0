import type { InputMap } from '../inputs/input.ts'
import { Dependency } from './dependency.ts'
import { SecurityDependency, type SecurityScheme } from './security-dependency.ts'
import { mergeScopes, type Resolve, ScopedDependency } from './security-scopes.ts'

/** A scheme that a route uses, with all scopes that are required of it. */
export interface SecurityRequirement {
  readonly scheme: SecurityScheme
  readonly scopes: readonly string[]
}

/** The schemes behind inputs, in the order of declaration; the scopes of one name are merged. */
export function securityRequirements(
  maps: readonly InputMap[],
  resolve: Resolve,
): readonly SecurityRequirement[] {
  const found = new Map<string, SecurityRequirement>()
  const visit = (inputs: InputMap, outer: readonly string[]): void => {
    for (const declared of Object.values(inputs)) {
      if (!(declared instanceof Dependency)) continue
      const dependency = resolve(declared)
      const own = dependency instanceof ScopedDependency ? dependency.scopes : []
      const scopes = mergeScopes(outer, own)
      if (dependency instanceof SecurityDependency) {
        const { scheme } = dependency
        const known = found.get(scheme.name)?.scopes ?? []
        found.set(scheme.name, { scheme, scopes: mergeScopes(known, scopes) })
      }
      visit(dependency.inputs, scopes)
    }
  }
  for (const map of maps) visit(map, [])
  return [...found.values()]
}
