import { debug } from '../core/debug.ts'

/** A failed future that nobody consumed. */
export interface UnhandledFailure {
  /** What the future failed with. */
  readonly reason: unknown
  /** Where the future was created; in debug mode only, because a stack costs microseconds. */
  readonly createdAt: string | undefined
}

/** What this module needs to know of a future. */
interface Failable {
  readonly outcome: unknown
  /** @returns true once, if the failure has not been consumed; it counts as reported then */
  takeUnhandled(): boolean
}

/** Frames of this folder say nothing about who created a future. */
const OWN_FOLDER = new URL('.', import.meta.url).href

const suspects: Failable[] = []
const creationSites = new WeakMap<object, string>()
let isCheckPending = false
let abandoned = 0
let listener: ((failure: UnhandledFailure) => void) | undefined

/**
 * Replaces what happens to failures nobody consumed.
 *
 * By default they become native unhandled rejections, so that `process.on('unhandledRejection')`,
 * `--unhandled-rejections` and the browser's event apply to them as to promises.
 *
 * @param onUnhandled - called once for each such failure; `undefined` restores the default
 */
export function onUnhandledFailure(
  onUnhandled: ((failure: UnhandledFailure) => void) | undefined,
): void {
  listener = onUnhandled
}

/** @returns how many failures nobody consumed since the thread started */
export function abandonedFailures(): number {
  return abandoned
}

/** Looks at a freshly failed future again after this turn, when its consumers had time to come. */
export function suspect(future: Failable): void {
  suspects.push(future)
  if (isCheckPending) return
  isCheckPending = true
  if (typeof setImmediate === 'function') setImmediate(check)
  else setTimeout(check, 0)
}

/** Keeps where a future was created; called in debug mode only. */
export function noteCreation(future: object): void {
  const frames = new Error('created').stack?.split('\n').slice(1) ?? []
  creationSites.set(future, frames.filter((frame) => !frame.includes(OWN_FOLDER)).join('\n'))
}

function check(): void {
  isCheckPending = false
  for (const future of suspects.splice(0)) {
    if (future.takeUnhandled()) report(future)
  }
}

function report(future: Failable): void {
  abandoned++
  const reason = future.outcome
  const createdAt = creationSites.get(future)
  if (listener !== undefined) return listener({ reason, createdAt })
  if (debug.enabled) console.error(`Nobody consumed this failed future, created\n${createdAt}`)
  void Promise.reject(reason)
}
