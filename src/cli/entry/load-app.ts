import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { App, type RunOptions } from '../../app/index.ts'
import { type CapturedRun, captureRun } from '../../app/serving/run-capture.ts'
import { CliError } from '../errors.ts'

/** The app of a module. */
export interface LoadedApp {
  readonly app: App
  /** What the module gives to `run()`, if it runs the app itself; addresses in it are advice. */
  readonly options: RunOptions
}

/**
 * Loads the module, and finds its app: the export of the given name, or else what the module itself
 * passes to `run()`, the export `app`, the default export, or the only app that is exported.
 *
 * A `run()` of the module does nothing but tell which app it is, and its options.
 *
 * @param entry - absolute path
 * @param name - of an export: an app, or a function that makes one
 * @throws {CliError} if there is no app, or more than one; and whatever the module throws
 */
export async function loadApp(entry: string, name: string | undefined): Promise<LoadedApp> {
  const { promise: captured, resolve } = Promise.withResolvers<CapturedRun>()
  const undo = captureRun(resolve)
  try {
    const loading = import(pathToFileURL(entry).href) as Promise<Record<string, unknown>>
    // `await app.run()` never ends, and what comes after it is not to be waited for.
    const loaded = await Promise.race([captured, loading])
    if (!isCaptured(loaded)) return { app: await exportedApp(entry, loaded, name), options: {} }
    if (name === undefined) return loaded
    throw new CliError(
      `${basename(entry)} calls run() itself, so that --app ${name} cannot choose: export the apps from a module that runs none`,
    )
  } finally {
    undo()
  }
}

function isCaptured(loaded: object): loaded is CapturedRun {
  // A namespace of a module has no prototype.
  return Object.getPrototypeOf(loaded) === Object.prototype
}

async function exportedApp(
  entry: string,
  exports: Record<string, unknown>,
  name: string | undefined,
): Promise<App> {
  if (name !== undefined) return namedApp(entry, exports, name)
  for (const usual of ['app', 'default']) {
    const value = exports[usual]
    if (value instanceof App) return value
  }
  const apps = Object.entries(exports).filter(([, value]) => value instanceof App)
  const [only] = apps
  if (only !== undefined && apps.length === 1) return only[1] as App
  if (apps.length > 1) {
    const names = apps.map(([each]) => each).join(', ')
    throw new CliError(`${basename(entry)} exports several apps: choose one of ${names} with --app`)
  }
  throw new CliError(noApp(entry, exports))
}

async function namedApp(
  entry: string,
  exports: Record<string, unknown>,
  name: string,
): Promise<App> {
  if (!Object.hasOwn(exports, name)) {
    const names = Object.keys(exports).join(', ')
    throw new CliError(`${basename(entry)} has no export ${name}${names && `; it has ${names}`}`)
  }
  const value = exports[name]
  const app: unknown = typeof value === 'function' ? await value() : value
  if (app instanceof App) return app
  throw new CliError(`${name} of ${basename(entry)} is no App${strangerHint(app)}`)
}

function noApp(entry: string, exports: Record<string, unknown>): string {
  const stranger = Object.values(exports).map(strangerHint).find(Boolean) ?? ''
  return stranger === ''
    ? `${basename(entry)} exports no app: add 'export const app = new App()', or name the export with --app`
    : `${basename(entry)} exports no App of this fasterapi${stranger}`
}

/** An app looks like one, and is not: there are two packages. */
function strangerHint(value: unknown): string {
  if (typeof value !== 'object' || value === null || value.constructor?.name !== 'App') return ''
  return ', but one of another copy of it: use the command that is installed with it (npx fasterapi)'
}
