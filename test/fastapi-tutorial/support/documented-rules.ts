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
    name: 'every error is answered as JSON',
    explains: ({ answer }, ours) =>
      ours.status >= 400 &&
      ours.status === answer.status &&
      ours.text === JSON.stringify({ detail: answer.text }),
  },
  {
    name: 'a header that is missing is reported with those that were declared',
    explains: ({ answer }, ours) => {
      if (ours.status !== 422 || answer.status !== 422) return false
      const [found, theirs] = [issuesOf(ours.text), issuesIn(answer.json)].map(withoutSentHeaders)
      return found !== undefined && found.length > 2 && found === theirs
    },
  },
  {
    name: 'a time is written in UTC, with milliseconds',
    explains: ({ answer }, ours) =>
      ours.status === answer.status &&
      answer.json !== undefined &&
      instants(JSON.parse(ours.text)) === instants(answer.json),
  },
  {
    name: 'a set keeps the order of what was sent',
    explains: ({ answer }, ours) =>
      ours.status === answer.status &&
      answer.json !== undefined &&
      sortedLists(JSON.parse(ours.text)) === sortedLists(answer.json),
  },
  {
    name: 'a preflight is answered without a body, with the method that was asked for',
    explains: ({ request, answer }, ours) =>
      request.method === 'OPTIONS' &&
      ours.status === 204 &&
      answer.status === 200 &&
      ['origin', 'headers', 'credentials'].every((name) => {
        const header = `access-control-allow-${name}`
        return ours.headers[header]?.toString().toLowerCase() === textOf(answer, header)
      }),
  },
]

/** What an `HTTPException` answers. */
function isRefusal(answer: unknown): boolean {
  return typeof (answer as { readonly detail?: unknown } | undefined)?.detail === 'string'
}

function textOf({ headers }: Exchange['answer'], name: string): string | undefined {
  return headers[name]?.toString().toLowerCase()
}

/** A proxy adds headers that are not for the client: ours shows it the declared ones only. */
function withoutSentHeaders(issues: readonly Issue[]): string {
  return JSON.stringify(
    issues.map(({ input, ...issue }) =>
      issue.type === 'missing' && issue.loc[0] === 'header' ? issue : { ...issue, input },
    ),
  )
}

/** With keys in order, and times as the milliseconds they stand for. */
function instants(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(item)) {
      return Date.parse(item)
    }
    return inOrder(item)
  })
}

function sortedLists(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    const isTexts = Array.isArray(item) && item.every((each) => typeof each === 'string')
    return isTexts ? item.toSorted() : inOrder(item)
  })
}

/** An object with its keys in order. */
function inOrder(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? Object.fromEntries(Object.entries(value).toSorted(byKey)) : value
}

function byKey([first]: readonly [string, unknown], [second]: readonly [string, unknown]): number {
  return first < second ? -1 : 1
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
