import type { Answer } from './documented-rules.ts'
import type { Exchange } from './recording.ts'

const TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/

/** Tokens differ from one login to the next, and expire: recordings have names in their place. */
export function nameTokens(session: readonly Exchange[]): Exchange[] {
  let text = JSON.stringify(session)
  let count = 0
  for (const { answer } of session) {
    const token = tokenIn(answer.json)
    if (token !== undefined && TOKEN.test(token)) {
      text = text.replaceAll(token, `<token ${++count}>`)
    }
  }
  return JSON.parse(text) as Exchange[]
}

/** The tokens of a running program, by the names the recording gave them; a later one takes its place. */
export class Tokens {
  readonly #known = new Map<string, string>()

  /** The request with the tokens that the program has handed out. */
  fill(request: Exchange['request']): Exchange['request'] {
    let text = JSON.stringify(request)
    for (const [name, token] of this.#known) text = text.replaceAll(name, token)
    return JSON.parse(text) as Exchange['request']
  }

  /** Remembers the token of an answer; what is expected of it is only that it is one. */
  learn(exchange: Exchange, ours: Answer): Exchange {
    const name = tokenIn(exchange.answer.json)
    if (name === undefined || !name.startsWith('<token ')) return exchange
    const token = tokenIn(JSON.parse(ours.text))
    if (token === undefined || !TOKEN.test(token)) return exchange
    this.#known.set(name, token)
    const json = { ...(exchange.answer.json as object), access_token: token }
    return { ...exchange, answer: { ...exchange.answer, json } }
  }
}

function tokenIn(answer: unknown): string | undefined {
  const { access_token: token } = (answer ?? {}) as { readonly access_token?: unknown }
  return typeof token === 'string' ? token : undefined
}
