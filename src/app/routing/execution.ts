import { type Eventual, Future, whenAll } from '../../future/index.ts'
import { type Form, HttpResponse, StreamBody } from '../../http/index.ts'
import { INVALID, Issues } from '../../schema/index.ts'
import { WebSocketResponse } from '../../websocket/index.ts'
import {
  type Cleanup,
  finishGenerator,
  isDependencyGenerator,
  throwIntoGenerator,
} from '../dependencies/cleanup.ts'
import { disposalOf } from '../dependencies/disposal.ts'
import type { ArgumentPlan, DependencyNode } from '../dependencies/graph.ts'
import { DependencyError, RequestValidationError } from '../errors.ts'
import { detailsOfBody } from '../inputs/body-options.ts'
import { type FormPlan, removalOf } from '../inputs/form-plan.ts'
import { readBodyAgain, readJsonBody } from '../inputs/json-body.ts'
import { Sources } from '../inputs/readers.ts'
import type { BackgroundTasks } from '../lifecycle/background-tasks.ts'
import type { AppRequest } from '../request.ts'
import type { ResponseHead } from '../responses/response-head.ts'
import type { RoutePlan } from './plan.ts'

/** One request on its way through a route that declares inputs. */
export class Execution {
  readonly #plan: RoutePlan
  readonly #request: AppRequest
  readonly #values: unknown[]
  readonly #issues: Issues = new Issues()
  /** By slot: dependencies that are not there yet. */
  #waits: (Future<unknown> | undefined)[] | undefined
  #failure: { readonly reason: unknown } | undefined
  #cleanups: Cleanup[] | undefined

  constructor(plan: RoutePlan, request: AppRequest) {
    this.#plan = plan
    this.#request = request
    this.#values = new Array(plan.graph.size)
  }

  /** {@link start} for a route with dependencies that have a say in the response. */
  startCompleting(params: readonly string[]): Eventual<HttpResponse> {
    const response = this.start(params)
    if (response instanceof HttpResponse) return this.#complete(response)
    return Future.from(response).then((made) => this.#complete(made))
  }

  /** Reads all inputs, then calls the handler, all at once unless something has to be waited for. */
  start(params: readonly string[]): Eventual<HttpResponse> {
    const { graph, bodyOptions } = this.#plan
    if (bodyOptions.maxBytes !== undefined) limitBody(this.#request, bodyOptions.maxBytes)
    const sources = new Sources(this.#request, params)
    for (const { slot, value } of graph.constants) this.#values[slot] = value
    for (const { slot, read } of graph.inputs) {
      if (read !== undefined) this.#values[slot] = read(sources, this.#issues)
    }
    if (graph.guards.length === 0) return this.#readBody()
    return this.#startAll(graph.guards, true)
  }

  #readBody(): Eventual<HttpResponse> {
    const { needsBody, bodyOptions, form } = this.#plan
    if (!needsBody) return this.#afterInputs()
    if (form !== undefined) return this.#readForm(form)
    const bytes = this.#request.bytes(bodyOptions)
    if (bytes.isReady) return this.#afterBody(bytes.get())
    return bytes.then(
      (value) => this.#afterBody(value),
      (reason) => this.#fail(reason),
    )
  }

  #readForm(plan: FormPlan): Eventual<HttpResponse> {
    // What is wrong already is said before an upload is waited for.
    if (plan.isUpload && !this.#issues.isEmpty) return this.#afterInputs()
    return plan.read(this.#request).then(
      (form) => this.#afterForm(plan, form),
      (reason) => this.#fail(reason),
    )
  }

  #afterForm(plan: FormPlan, form: Form | undefined): Eventual<HttpResponse> {
    if (form?.hasTemporaryFiles === true) {
      this.#cleanups ??= []
      this.#cleanups.push(removalOf(form))
    }
    try {
      plan.assign(this.#values, form, this.#request, this.#issues)
    } catch (error) {
      return this.#fail(error)
    }
    return this.#afterInputs()
  }

  #afterBody(bytes: Uint8Array): Eventual<HttpResponse> {
    const { graph, embedded } = this.#plan
    try {
      embedded?.read(this.#request, bytes, this.#values, this.#issues)
      for (const { slot, input } of graph.inputs) {
        if (input.source === 'rawBody') this.#values[slot] = bytes
        if (input.source !== 'body' || input.schema === undefined) continue
        if (embedded !== undefined) continue
        const details = detailsOfBody(input.details)
        this.#values[slot] = readJsonBody(this.#request, bytes, input.schema, this.#issues, details)
      }
    } catch (error) {
      return this.#fail(error)
    }
    return this.#afterInputs()
  }

  #afterInputs(): Eventual<HttpResponse> {
    if (!this.#issues.isEmpty) return this.#fail(this.#invalidRequest())
    const { dependencies } = this.#plan.graph
    if (dependencies.length === 0) return this.#callHandler()
    return this.#startAll(dependencies, false)
  }

  #invalidRequest(): RequestValidationError {
    const { needsBody, form } = this.#plan
    const readBody =
      needsBody && form === undefined ? () => readBodyAgain(this.#request) : undefined
    return new RequestValidationError(this.#issues.items, readBody)
  }

  /** @param areGuards - the body comes behind them, the handler behind all others */
  #startAll(nodes: readonly DependencyNode[], areGuards: boolean): Eventual<HttpResponse> {
    for (const node of nodes) {
      this.#startDependency(node)
      if (this.#failure !== undefined) break
    }
    return this.#waits === undefined ? this.#afterAll(areGuards) : this.#awaitAll(areGuards)
  }

  #startDependency(node: DependencyNode): void {
    // Before inputs are judged, what an invalid one is needed for cannot be made, and is not asked for.
    if (!this.#issues.isEmpty && node.arguments.slots.some((at) => this.#values[at] === INVALID)) {
      this.#values[node.slot] = INVALID
      return
    }
    const waits = node.needs.flatMap((slot) => this.#waits?.[slot] ?? [])
    try {
      const result =
        waits.length === 0
          ? this.#provide(node)
          : whenAll(waits).then((): Eventual<unknown> => this.#provide(node))
      if (result instanceof Future && !result.isReady) {
        this.#waits ??= []
        this.#waits[node.slot] = result
      }
    } catch (error) {
      this.#failure ??= { reason: error }
    }
  }

  /** Calls the dependency and puts its value into the slot: now, or when the result is ready. */
  #provide(node: DependencyNode): Eventual<unknown> {
    const { slot, dependency } = node
    const result = dependency.provide(this.#arguments(node.arguments) as never)
    if (!isDependencyGenerator(result)) {
      return dependency.disposes ? this.#keepOwn(node, result) : this.#keep(slot, result)
    }
    return whenReady(result.next(), (step) => {
      if (step.done === true) throw new DependencyError(`${dependency.name} did not yield a value`)
      this.#values[slot] = step.value
      this.#cleanups ??= []
      this.#cleanups.push({
        name: dependency.name,
        generator: result,
        runsBeforeResponse: dependency.cleanup === 'handler',
      })
    })
  }

  #keep(slot: number, result: unknown): Eventual<unknown> {
    return whenReady(result, (value) => {
      this.#values[slot] = value
    })
  }

  /** For a value that is ended with the request. */
  #keepOwn({ slot, dependency }: DependencyNode, result: unknown): Eventual<unknown> {
    return whenReady(result, (value) => {
      const disposal = disposalOf(dependency, value)
      this.#values[slot] = value
      if (disposal === undefined) return
      this.#cleanups ??= []
      this.#cleanups.push(disposal)
    })
  }

  /** Waits for all, also after a failure: what one of them has acquired must be given back. */
  #awaitAll(areGuards: boolean): Future<HttpResponse> {
    const settled = (this.#waits ?? []).flatMap((wait) =>
      wait === undefined
        ? []
        : wait.then(undefined, (reason) => {
            this.#failure ??= { reason }
          }),
    )
    this.#waits = undefined
    return whenAll(settled).then(() => this.#afterAll(areGuards))
  }

  #afterAll(areGuards: boolean): Eventual<HttpResponse> {
    if (this.#failure !== undefined) return this.#fail(this.#failure.reason)
    return areGuards ? this.#readBody() : this.#callHandler()
  }

  #callHandler(): Eventual<HttpResponse> {
    let result: unknown
    try {
      result = this.#plan.handler(this.#arguments(this.#plan.graph.arguments) as never)
    } catch (error) {
      return this.#fail(error)
    }
    if (!isThenable(result)) return this.#respond(result)
    const future = Future.from(result)
    if (future.isReady) return this.#respond(future.get())
    return future.then(
      (value) => this.#respond(value),
      (reason) => this.#fail(reason),
    )
  }

  #arguments({ names, slots }: ArgumentPlan): Record<string, unknown> {
    const values: Record<string, unknown> = {}
    for (let at = 0; at < names.length; at++) values[names[at]!] = this.#values[slots[at]!]
    return values
  }

  #respond(result: unknown): Eventual<HttpResponse> {
    let response: HttpResponse
    try {
      const { respond, responseSlot, backgroundSlot } = this.#plan
      response =
        responseSlot === undefined
          ? respond(result)
          : (this.#values[responseSlot] as ResponseHead).respond(respond, result)
      if (backgroundSlot !== undefined) this.#addTasks(backgroundSlot)
    } catch (error) {
      return this.#fail(error)
    }
    return this.#cleanups === undefined ? response : this.#finish(response)
  }

  /** They run before dependencies clean up, as they may use what these hold. */
  #addTasks(slot: number): void {
    const tasks = this.#values[slot] as BackgroundTasks
    const { host } = this.#plan
    const cleanup = tasks.toCleanup((error) => host.logError(error, this.#request))
    if (cleanup === undefined) return
    this.#cleanups ??= []
    this.#cleanups.push(cleanup)
  }

  /** The last made first; a failure is answered in place of the response. */
  async #complete(made: HttpResponse): Promise<HttpResponse> {
    let response = made
    for (const { slot, complete } of this.#plan.graph.completions.toReversed()) {
      const value = this.#values[slot]
      if (value === undefined || value === INVALID) continue
      try {
        response = await complete(value, response)
      } catch (error) {
        response = await this.#plan.host.respondToError(error, this.#request)
      }
    }
    return response
  }

  /** Early cleanups first, the last made first; their failure is the request's. */
  #finish(response: HttpResponse): Eventual<HttpResponse> {
    const at = this.#cleanups?.findLastIndex((cleanup) => cleanup.runsBeforeResponse) ?? -1
    if (at === -1) {
      const cleanups = this.#cleanups ?? []
      const { host } = this.#plan
      const run = (): void => host.afterResponse(cleanups, this.#request)
      // What a stream or a socket is made of must last as long as it does.
      if (response instanceof WebSocketResponse) host.afterSocket(response, cleanups, this.#request)
      else if (response.body instanceof StreamBody) response.body.onOver = run
      else run()
      return response
    }
    const [cleanup] = this.#cleanups?.splice(at, 1) ?? []
    return finishGenerator(cleanup!).then(
      () => this.#finish(response),
      (reason) => this.#fail(reason),
    )
  }

  /** Every waiting generator sees the failure, the last made first, before the response is made. */
  #fail(failure: unknown): Eventual<HttpResponse> {
    const { backgroundSlot } = this.#plan
    if (backgroundSlot !== undefined) {
      ;(this.#values[backgroundSlot] as BackgroundTasks | undefined)?.drop()
    }
    const cleanup = this.#cleanups?.pop()
    if (cleanup === undefined) return this.#plan.host.respondToError(failure, this.#request)
    return throwIntoGenerator(cleanup, failure).then((thrown) => this.#fail(thrown))
  }
}

/** For those who read the body themselves. */
function limitBody({ body }: AppRequest, maxBytes: number): void {
  if (body !== undefined) body.maxBytes = maxBytes
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === 'function'
  )
}

/** Goes on at once with what is there, else when it is. */
function whenReady<Value>(value: Eventual<Value>, step: (value: Value) => void): Eventual<void> {
  if (!isThenable(value)) return step(value)
  const future = Future.from(value)
  return future.isReady ? step(future.get()) : future.then(step)
}
