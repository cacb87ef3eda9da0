/** Where a future was created. */
export interface CreationSite {
  /** What created it, as the stack names it: `Future.then`, `sleep`, `new Deferred`. */
  readonly by: string
  /** The caller's frames, one a line, innermost first. */
  readonly frames: string
}

/** What debug mode keeps of a future. */
interface Creation {
  /** Not its text: V8 formats a stack when it is read, which most never are. */
  readonly error: Error
  readonly atMs: number
  site: CreationSite | undefined
}

/** A pending future and its age, as {@link pendingCreations} finds it. */
export interface PendingCreation {
  readonly site: CreationSite
  readonly ageMs: number
}

interface Settleable {
  readonly isPending: boolean
}

/** Enough to get out of the frames of this package and show some of its caller. */
const STACK_DEPTH = 25

/** Frames of this package say nothing about who created a future. */
const OWN_PACKAGE = new URL('../..', import.meta.url).href

/** Weak by key: the frames hold on to futures, which must not keep each other alive. */
const creations = new WeakMap<object, Creation>()
let alive: WeakRef<Settleable>[] = []
let sweepAt = 1024

/**
 * Keeps where and when a future was created, unless stacks are off (`--stack-trace-limit=0`); called
 * in debug mode only.
 */
export function noteCreation(future: Settleable): void {
  const { stackTraceLimit } = Error
  if (stackTraceLimit === 0) return
  Error.stackTraceLimit = STACK_DEPTH
  creations.set(future, { error: new Error('created'), atMs: performance.now(), site: undefined })
  Error.stackTraceLimit = stackTraceLimit
  alive.push(new WeakRef(future))
  if (alive.length >= sweepAt) sweep()
}

/** @returns undefined unless it was created in debug mode, and pending at first */
export function creationSite(future: object): CreationSite | undefined {
  const creation = creations.get(future)
  if (creation === undefined) return undefined
  creation.site ??= readSite(creation.error.stack ?? '')
  return creation.site
}

/** @returns the futures that are pending and have not been collected, oldest first */
export function pendingCreations(): PendingCreation[] {
  sweep()
  const nowMs = performance.now()
  return alive.flatMap((reference) => {
    const future = reference.deref()
    const site = future === undefined ? undefined : creationSite(future)
    if (future === undefined || site === undefined) return []
    return [{ site, ageMs: nowMs - (creations.get(future)?.atMs ?? nowMs) }]
  })
}

/** Drops what has settled or was collected; at a size that doubles, so that it costs little a future. */
function sweep(): void {
  alive = alive.filter((reference) => reference.deref()?.isPending === true)
  sweepAt = Math.max(1024, alive.length * 2)
}

function readSite(stack: string): CreationSite {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const outside = frames.findIndex((frame) => !frame.includes(OWN_PACKAGE))
  // All of it is ours if a framework's loop created it; then our frames have to do.
  const from = Math.max(outside, 0)
  return { by: calleeOf(frames[from - 1]), frames: frames.slice(from).join('\n') }
}

/** `at new Deferred (file)` is the frame of `new Deferred`; the kinds of future are all `Future` to users. */
function calleeOf(frame = ''): string {
  const [, name] = /^\s+at (?:async )?(.+?)(?: \[as \w+\])? \(/.exec(frame) ?? []
  return name?.replace(/^(?:Function|\w+Future)\./, 'Future.') ?? 'Future'
}
