import type { Exchange } from './recording.ts'

/** What our program answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

interface Rule {
  /** As in `docs/fastapi-parity.md`. */
  readonly name: string
  readonly explains: (exchange: Exchange, ours: Answer) => boolean
}

interface Issue {
  readonly type: string
  readonly loc: readonly unknown[]
  readonly input: unknown
}

const STRICT_TYPES = new Set(['int_type', 'float_type', 'bool_type', 'float_parsing'])

/** The differences in answers that are meant, each told by the answer itself. */
export const RULES: readonly Rule[] = [
  {
    name: 'text in a JSON body is not converted',
    explains: ({ request, answer }, ours) => {
      if (ours.status !== 422 || !isJson(request.headers?.['content-type'])) return false
      const texts = issuesOf(ours.text).filter(
        ({ type, input }) => STRICT_TYPES.has(type) && typeof input === 'string',
      )
      if (answer.status !== 422) return texts.length === issuesOf(ours.text).length
      return texts.length > 0 && samePlaces(issuesOf(ours.text), issuesIn(answer.json))
    },
  },
  {
    name: 'a body says its content type',
    explains: ({ answer }, ours) => ours.status === 415 && answer.status === 422,
  },
  {
    name: 'all inputs are checked before any dependency is called',
    explains: ({ answer }, ours) =>
      ours.status === 422 && issuesOf(ours.text).length > 0 && isRefusal(answer.json),
  },
  {
    name: 'the address of the client is real',
    explains: ({ answer }, ours) =>
      ours.text.replace('127.0.0.1', 'testclient') === JSON.stringify(answer.json),
  },
  {
    name: 'an internal error is answered as JSON',
    explains: ({ answer }, ours) =>
      ours.status === 500 && answer.status === 500 && answer.text === 'Internal Server Error',
  },
  {
    name: 'a path that lacks its last slash is not found',
    explains: ({ request, answer }, ours) =>
      ours.status === 404 && answer.status === 307 && isWithSlash(request.path, answer.headers),
  },
]

/** What an `HTTPException` answers. */
function isRefusal(answer: unknown): boolean {
  return typeof (answer as { readonly detail?: unknown } | undefined)?.detail === 'string'
}

function isWithSlash(path: string, { location }: Exchange['answer']['headers']): boolean {
  const target = new URL(String(location))
  return `${target.pathname}${target.search}` === path.replace(/(?=\?|$)/, '/')
}

function isJson(contentType: string | string[] | undefined): boolean {
  return typeof contentType === 'string' && /^application\/(\S+\+)?json\s*(;|$)/.test(contentType)
}

function issuesOf(text: string): readonly Issue[] {
  return issuesIn(JSON.parse(text))
}

function issuesIn(answer: unknown): readonly Issue[] {
  const { detail } = answer as { readonly detail?: unknown }
  return Array.isArray(detail) ? (detail as readonly Issue[]) : []
}

function samePlaces(ours: readonly Issue[], theirs: readonly Issue[]): boolean {
  const places = (issues: readonly Issue[]): string => JSON.stringify(issues.map(({ loc }) => loc))
  return places(ours) === places(theirs)
}
