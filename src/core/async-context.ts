/** The stores of every `AsyncLocalStorage` as they were when it was taken. */
export interface AsyncContext {
  runInAsyncScope<A, B>(
    fn: (first: A, second: B) => void,
    thisArg: unknown,
    first: A,
    second: B,
  ): void
}

interface ContextModule {
  readonly AsyncResource: new (type: string) => AsyncContext
  readonly AsyncLocalStorage: { readonly prototype: object }
}

let contextModule: ContextModule | undefined

/** A field, and not a variable of the module: those are slower to read. */
const contexts = { areInUse: false, hasStores: false }

/** @returns whether a continuation may have to run in a context, or a group, of its own; false in most programs, for ever */
export function areContextsInUse(): boolean {
  return contexts.areInUse
}

/** @param isOther - whether a task runs whose continuations belong to another group than the main one */
export function noteGroup(isOther: boolean): void {
  contexts.areInUse = isOther || contexts.hasStores
}

function noteFirstStore(): void {
  contexts.areInUse = true
  contexts.hasStores = true
}

/**
 * The context a continuation has to run in, or `undefined` while nobody uses `AsyncLocalStorage`.
 *
 * A continuation runs from the run queue, in the context of whoever drains it; a native promise
 * would have kept the context of whoever called `then`. So do we, for about 30 ns a continuation,
 * from the first `AsyncLocalStorage` call of the process on.
 */
export function captureContext(): AsyncContext | undefined {
  return contexts.hasStores && contextModule !== undefined
    ? new contextModule.AsyncResource('Future')
    : undefined
}

/**
 * Notes the first call of a method of `AsyncLocalStorage` that sets a store, and takes itself off again.
 *
 * Node has no way to ask whether any store is in use, and capturing always would double the cost
 * of a pending link for the many programs that have none.
 */
function watchFirstUse(prototype: object, name: string): void {
  const original = Object.getOwnPropertyDescriptor(prototype, name)
  if (original === undefined || original.configurable !== true) {
    noteFirstStore()
    return
  }
  const method = original.value as (...args: unknown[]) => unknown
  Object.defineProperty(prototype, name, {
    ...original,
    value: function (this: unknown, ...args: unknown[]): unknown {
      noteFirstStore()
      Object.defineProperty(prototype, name, original)
      return method.apply(this, args)
    },
  })
}

// Asked for at run time and not imported: browsers load this module too, and have no such module.
contextModule = globalThis.process?.getBuiltinModule?.('node:async_hooks') as
  | ContextModule
  | undefined
if (contextModule !== undefined) {
  for (const name of ['run', 'enterWith', 'withScope']) {
    const { prototype } = contextModule.AsyncLocalStorage
    if (Object.hasOwn(prototype, name)) watchFirstUse(prototype, name)
  }
}
