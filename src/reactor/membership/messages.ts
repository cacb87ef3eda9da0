import type { Server, Socket } from 'node:net'

/** Where the reactors listen. */
export interface Address {
  /** 0: any free one; the first reactor's is taken by the others. */
  readonly port: number
  readonly host?: string
  /** Path of a Unix socket, in place of port and host. */
  readonly path?: string
  readonly backlog?: number
  /** File mode of the Unix socket. */
  readonly mode?: number
  /** A socket that listens already, in place of all that; of this process. */
  readonly fd?: number
  /** Such a socket from systemd: the only one, or the one of this name. */
  readonly systemd?: boolean | string
}

/** How one reactor comes to its connections. */
export type ListenTarget =
  /** It opens a listener of its own. */
  | { readonly kind: 'address'; readonly address: Address; readonly reusePort: boolean }
  /** It goes on with the listener of the reactor it replaces. */
  | { readonly kind: 'server'; readonly server: Server; readonly port: number }
  /** The supervisor accepts for it, and sends each connection. */
  | { readonly kind: 'connections'; readonly port: number }

/** What a reactor's stop hooks failed with. */
export interface Failure {
  readonly reason: unknown
}

/** What one reactor says when all are asked. */
export type Reading<Value> =
  | { readonly reactor: number; readonly value: Value }
  /** The reactor is being restarted, did not answer in time, or failed. */
  | { readonly reactor: number; readonly failure: string }

/** What is not copied but moves to the other thread. */
export type Handle = Server | Socket

/** What the supervisor tells a reactor. */
export type Command =
  | {
      readonly type: 'listen'
      readonly target: ListenTarget
      /** Not to be seen in the environment of a process, where everything else for its start is. */
      readonly secret: Uint8Array | undefined
    }
  | { readonly type: 'connection'; readonly socket: Socket }
  | { readonly type: 'hand-over' }
  /** Getting it is the answer: it makes the heart beat. */
  | { readonly type: 'ping' }
  | { readonly type: 'drain'; readonly timeoutMs: number }
  | { readonly type: 'collect'; readonly request: number; readonly name: string }
  | {
      readonly type: 'gathered'
      readonly request: number
      readonly readings: readonly Reading<unknown>[]
    }

/** What a reactor tells its supervisor. */
export type Report =
  /** The app has started, and waits to be told where to listen. */
  | { readonly type: 'joined' }
  | { readonly type: 'serving'; readonly port: number }
  /** It has the connection that was sent first; processes only. */
  | { readonly type: 'taken' }
  /** Its numbers as of now, from a reactor that shares no memory. */
  | { readonly type: 'numbers'; readonly cells: Uint8Array }
  /** It could not start, or not listen. */
  | { readonly type: 'failed'; readonly reason: unknown }
  | { readonly type: 'handed-over'; readonly server: Server | undefined }
  /** Drained and closed; `failure` is what its stop hooks failed with. */
  | { readonly type: 'stopped'; readonly failure: Failure | undefined }
  | { readonly type: 'collected'; readonly request: number; readonly reading: Reading<unknown> }
  | {
      readonly type: 'gather'
      readonly request: number
      readonly name: string
      readonly timeoutMs: number
    }
  /** Its code asks for all reactors to be replaced, or closed. */
  | { readonly type: 'reload' }
  | { readonly type: 'close'; readonly timeoutMs: number }
