/** A body: JSON where the content is JSON, else text, else bytes; none if it is empty. */
interface Content {
  readonly json?: unknown
  readonly text?: string
  readonly base64?: string
}

/** One request and what FastAPI answered. */
export interface Exchange {
  /** Environment variables that the program was started with. */
  readonly env?: Readonly<Record<string, string>>
  readonly request: Content & {
    readonly method: string
    readonly path: string
    readonly host?: string
    /** Default: unencrypted. */
    readonly scheme?: 'https'
    readonly headers?: Readonly<Record<string, string | string[]>>
  }
  readonly answer: Content & {
    readonly status: number
    readonly headers: Readonly<Record<string, string | string[]>>
    /** A page of FastAPI's own, whose words do not matter. */
    readonly page?: true
    /** A file that the test brought along: only that there is one matters. */
    readonly file?: true
  }
}

/** What is said over WebSockets, each of which has a number; `end`: by the server. */
export type Step =
  | {
      readonly open: number
      readonly path: string
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly send: number; readonly text: string }
  | { readonly receive: number; readonly text: string }
  | { readonly close: number }
  | { readonly end: number }

/** What FastAPI's tests ask of one program; a session is one test, in order. */
export interface Recording {
  readonly program: string
  readonly sessions: readonly (readonly Exchange[])[]
  /** The same for WebSockets. */
  readonly conversations?: readonly (readonly Step[])[]
}
