import {
  buildGraph,
  type GraphContext,
  type InputGraph,
  type InputNode,
} from '../dependencies/graph.ts'
import type { ErrorFormat } from '../failures/error-format.ts'
import { BackgroundTasks } from '../lifecycle/background-tasks.ts'
import { BackgroundWork } from '../lifecycle/background-work.ts'
import { parsePattern } from '../routing/pattern.ts'
import type { RoutePlan } from '../routing/plan.ts'
import type { Route } from '../routing/route.ts'
import type { Operation } from './operation.ts'
import type { OperationIdSource } from './options.ts'

/** One operation to be described. */
export interface OperationSource extends OperationIdSource {
  readonly route: Route
  readonly inputs: readonly InputNode[]
  readonly security: InputGraph['security']
  readonly errorFormat: ErrorFormat | undefined
  readonly callbacks: readonly CallbackSource[]
}

interface CallbackSource {
  readonly name: string
  readonly source: OperationSource
}

/** A route that the document shows. */
export function sourceOfPlan(plan: RoutePlan): OperationSource {
  const { route, pattern, tags, name, errorFormat } = plan.mounted
  return {
    route,
    method: route.method,
    path: parsePattern(pattern).openApiPath,
    name,
    tags,
    inputs: plan.graph.inputs,
    security: plan.graph.security,
    errorFormat,
    callbacks: callbacksOf(route),
  }
}

/**
 * A request that the API sends.
 *
 * @param path - what stands in the place of a path: the name of the webhook, the URL's expression
 */
export function sourceOfOperation(
  { route }: Operation,
  name: string,
  path: string,
): OperationSource {
  const { inputs, security } = buildGraph(NO_PARAMETERS, route.inputs, [], WITHOUT_APP)
  const { method, info } = route
  const callbacks = callbacksOf(route)
  const tags = info.tags ?? []
  const errorFormat = undefined
  return { route, method, path, name, tags, inputs, security, errorFormat, callbacks }
}

const NO_PARAMETERS = parsePattern('/')

/** Nothing runs, so that core dependencies need no value. */
const WITHOUT_APP: GraphContext = {
  resolve: (dependency) => dependency,
  coreValue: () => undefined,
  rootPath: () => '',
  background: () => new BackgroundTasks(new BackgroundWork()),
}

function callbacksOf({ info }: Route): CallbackSource[] {
  return Object.entries(info.callbacks ?? {}).flatMap(([name, paths]) =>
    Object.entries(paths).map(([path, operation]) => ({
      name,
      source: sourceOfOperation(operation, name, path),
    })),
  )
}

/** The operations themselves and those of their callbacks. */
export function withCallbacks(sources: readonly OperationSource[]): OperationSource[] {
  return sources.flatMap((source) => [
    source,
    ...withCallbacks(source.callbacks.map((callback) => callback.source)),
  ])
}
