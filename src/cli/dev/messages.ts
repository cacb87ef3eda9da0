import type { RunOptions } from '../../app/index.ts'
import type { Explanation } from '../terminal/explanation.ts'

/** What a child is to serve. */
export interface DevSettings {
  /** Absolute path. */
  readonly entry: string
  readonly app: string | undefined
  readonly envFile: string | undefined
  /** As clients write it. */
  readonly host: string
  readonly port: number
  readonly tls: RunOptions['tls'] | undefined
}

/** A file with what it looked like when it was read; undefined if it was not there. */
export interface WatchedFile {
  readonly file: string
  readonly stamp: string | undefined
}

/** What is said of an app that serves. */
export interface ServedApp {
  readonly title: string
  readonly version: string
  /** Path of the docs page, if there is one. */
  readonly docs: string | undefined
}

/** From the child. */
export type DevReport =
  | { readonly type: 'loaded'; readonly file: WatchedFile }
  | ({ readonly type: 'serving' } & ServedApp)
  | { readonly type: 'failed'; readonly explanation: Explanation }
  /** The connection that was sent first of those not taken yet. */
  | { readonly type: 'taken' }

/** To the child. */
export type DevCommand =
  /** Comes first. @property modules - of this package, which the app will load */
  | {
      readonly type: 'prepare'
      readonly envFile: string | undefined
      readonly modules: readonly string[]
    }
  | { readonly type: 'begin'; readonly settings: DevSettings }
  /** Comes with a socket. */
  | { readonly type: 'connection' }
  | { readonly type: 'stop'; readonly timeoutMs: number }
