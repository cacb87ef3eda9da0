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
    /** A file that the test brought along: only that there is one matters. */
    readonly file?: true
  }
}

/** What FastAPI's tests ask of one program; a session is one test, in order. */
export interface Recording {
  readonly program: string
  readonly sessions: readonly (readonly Exchange[])[]
}
