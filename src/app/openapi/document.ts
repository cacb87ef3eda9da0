import { JsonSchemaRefs } from '../../schema/index.ts'
import type { RoutePlan } from '../routing/plan.ts'
import { withoutAbsent } from './merge.ts'
import { assignIds } from './names.ts'
import { operationObject, type Writing } from './operation-object.ts'
import type { OpenApiDocument, OpenApiSettings } from './options.ts'
import { OpenApiSecurity } from './security-schemes.ts'
import { type OperationSource, sourceOfOperation, sourceOfPlan, withCallbacks } from './source.ts'

/** The OpenAPI 3.1 document of an app, in the manner of FastAPI; written when it is first asked for. */
export class ApiDocument {
  readonly #settings: OpenApiSettings
  readonly #routes: readonly OperationSource[]
  readonly #webhooks: readonly OperationSource[]
  readonly #ids: ReadonlyMap<OperationSource, string>
  #value: OpenApiDocument | undefined

  /** @throws {RouteDefinitionError} if two operations have the same id */
  constructor(settings: OpenApiSettings, plans: readonly RoutePlan[]) {
    this.#settings = settings
    this.#routes = plans
      .filter(({ mounted }) => mounted.route.info.documented !== false)
      .map(sourceOfPlan)
    this.#webhooks = Object.entries(settings.webhooks ?? {}).map(([name, operation]) =>
      sourceOfOperation(operation, name, name),
    )
    const all = withCallbacks([...this.#routes, ...this.#webhooks])
    this.#ids = assignIds(all, settings.generateOperationId)
  }

  /**
   * The document, always the same object.
   *
   * @throws {SchemaDefinitionError} if two different objects have the same name
   */
  get value(): OpenApiDocument {
    this.#value ??= this.#transformed(this.#write())
    return this.#value
  }

  #transformed(document: OpenApiDocument): OpenApiDocument {
    return this.#settings.transformOpenApi?.(document) ?? document
  }

  /** @param split - models that requests and answers show differently, found by a first run */
  #write(split: ReadonlySet<string> = new Set()): OpenApiDocument {
    const refs = new JsonSchemaRefs('#/components/schemas/', split)
    const security = new OpenApiSecurity()
    const writing: Writing = { input: refs, output: refs.output, ids: this.#ids, security }
    const paths = pathItems(this.#routes, writing)
    const webhooks = pathItems(this.#webhooks, writing)
    if (split.size === 0 && refs.splits.size > 0) return this.#write(refs.splits)
    const { title, version, summary, description, termsOfService, contact, license } =
      this.#settings
    const { servers, tags, externalDocs } = this.#settings
    return {
      openapi: '3.1.0',
      info: withoutAbsent({
        title,
        summary,
        description,
        termsOfService,
        contact,
        license,
        version,
      }),
      ...withoutAbsent({ servers }),
      paths,
      ...withoutAbsent({
        webhooks: this.#webhooks.length === 0 ? undefined : webhooks,
        components: componentsObject({
          schemas: Object.fromEntries(refs.definitions),
          securitySchemes: security.schemes(),
        }),
        tags,
        externalDocs,
      }),
    }
  }
}

function pathItems(
  sources: readonly OperationSource[],
  writing: Writing,
): Record<string, Record<string, Record<string, unknown>>> {
  const paths: Record<string, Record<string, Record<string, unknown>>> = {}
  for (const source of sources) {
    paths[source.path] ??= {}
    paths[source.path]![source.method.toLowerCase()] = { ...operationObject(source, writing) }
  }
  return paths
}

function componentsObject(parts: Record<string, object>): object | undefined {
  const present = Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0)
  return present.length === 0 ? undefined : Object.fromEntries(present)
}
