import { OptionError } from '../../core/errors.ts'
import type { Eventual, Future } from '../../future/index.ts'
import type { HttpResponse } from '../../http/index.ts'
import type { Shared } from '../dependencies/core-scope.ts'
import type { AppRequest } from '../request.ts'
import type { RouteSummary } from './route-summary.ts'
import { isPrefix } from './router.ts'

/** Where an app is found. */
export interface Place {
  /** In front of its paths as this process gets them: the prefixes of the apps it is mounted in. */
  readonly prefix: string
  /** In front of its paths as clients write them: what proxies take away, and {@link prefix}. */
  readonly root: string
}

/** What one app needs of another that is mounted in it. */
export interface MountableApp {
  startWith(shared: Iterable<Shared> | undefined, place: Place): Future<void>
  stop(): Future<void>
  startShared(): Future<readonly Shared[]>
  stopShared(): Future<void>
  settled(): Future<void>
  handle(request: AppRequest): Eventual<HttpResponse>
  routesAt(place: Place): readonly RouteSummary[]
}

/** An app below a path of another one. */
export class AppMount {
  readonly prefix: string
  readonly app: MountableApp

  constructor(prefix: string, app: MountableApp) {
    this.prefix = prefix
    this.app = app
  }

  /** The patterns of its routes. */
  get patterns(): readonly string[] {
    return [this.prefix, `${this.prefix}/{path:path}`]
  }

  /** @param outer - of the app it is mounted in */
  placeIn({ prefix, root }: Place): Place {
    return { prefix: `${prefix}${this.prefix}`, root: `${root}${this.prefix}` }
  }

  run(request: AppRequest): Eventual<HttpResponse> {
    return this.app.handle(request)
  }
}

/** How many segments a prefix has: `/a/b` has two. */
export function segmentsOf(prefix: string): number {
  return prefix.split('/').length - 1
}

/**
 * The path behind a prefix, as it was sent.
 *
 * @param segments - of the prefix; they are counted, as a client may write one percent-encoded
 */
export function pathBelow(path: string, segments: number): string {
  let at = 0
  for (let left = segments; left > 0; left--) {
    at = path.indexOf('/', at + 1)
    if (at === -1) return ''
  }
  return path.slice(at)
}

/** @throws {OptionError} for anything but a path without parameters */
export function checkMountPrefix(prefix: unknown): void {
  if (isPrefix(prefix) && !/[{}?#]/.test(prefix)) return
  throw new OptionError('mount() prefix', prefix, "a path such as '/admin', without parameters")
}
