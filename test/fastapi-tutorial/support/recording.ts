/** A body: JSON where the content is JSON, else text, else bytes; none if it is empty. */
interface Content {
  readonly json?: unknown
  readonly text?: string
  readonly base64?: string
}

/** One request and what FastAPI answered. */
export interface Exchange {
  readonly request: Content & {
    readonly method: string
    readonly path: string
    readonly host?: string
    readonly headers?: Readonly<Record<string, string | string[]>>
  }
  readonly answer: Content & {
    readonly status: number
    readonly headers: Readonly<Record<string, string | string[]>>
  }
}

/** What FastAPI's tests ask of one program; a session is one test, in order. */
export interface Recording {
  readonly program: string
  readonly sessions: readonly (readonly Exchange[])[]
}
