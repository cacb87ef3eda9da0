import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AppServer } from '../../src/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { answerDifferences } from './support/answer-differences.ts'
import { converse } from './support/conversation.ts'
import { type Answer, RULES } from './support/documented-rules.ts'
import { loadProgram, recordings } from './support/programs.ts'
import type { Exchange, Recording } from './support/recording.ts'
import { sendInProcess, sendOverSocket } from './support/send.ts'
import { Surroundings } from './support/surroundings.ts'
import { Tokens } from './support/tokens.ts'

const surroundings = new Surroundings()
before(() => surroundings.enter())
after(() => surroundings.leave())

/** FastAPI's answer, or one that a documented rule explains. */
function assertAnswer(exchange: Exchange, ours: Answer): void {
  const found = answerDifferences(exchange, ours)
  if (found.length === 0 || RULES.some((rule) => rule.explains(exchange, ours))) return
  assert.fail(found.join('\n'))
}

function titleOf({ request, answer }: Exchange): string {
  const { method, path, headers, text } = request
  const details = [headers && JSON.stringify(headers), text].filter((part) => part !== undefined)
  const sent = details.length === 0 ? '' : ` with ${details.join(' ').slice(0, 120)}`
  return `answers ${method} ${path}${sent} with ${answer.status}`
}

function replayInProcess(
  program: string,
  env: Exchange['env'],
  session: readonly Exchange[],
): void {
  describe(program, () => {
    let client: TestClient
    before(async () => {
      await surroundings.prepare(program)
      client = new TestClient(await loadProgram(program, env))
      await client.start()
    })
    after(() => client.close())
    const tokens = new Tokens()
    for (const exchange of session) {
      it(titleOf(exchange), async () => {
        const ours = await sendInProcess(client, tokens.fill(exchange.request))
        assertAnswer(tokens.learn(exchange, ours), ours)
      })
    }
  })
}

function replayOverSocket(
  program: string,
  env: Exchange['env'],
  session: readonly Exchange[],
): void {
  describe(program, () => {
    let server: AppServer
    before(async () => {
      await surroundings.prepare(program)
      const app = await loadProgram(program, env)
      server = await app.listen({ port: 0, trustProxy: ['loopback'] })
    })
    after(() => server.close())
    const tokens = new Tokens()
    for (const exchange of session) {
      it(titleOf(exchange), async () => {
        const ours = await sendOverSocket(server.url, tokens.fill(exchange.request))
        assertAnswer(tokens.learn(exchange, ours), ours)
      })
    }
  })
}

/** Sessions that may share an instance of the program: all but those with an environment of their own. */
function instancesOf({ sessions }: Recording): (readonly [Exchange['env'], readonly Exchange[]])[] {
  const byEnv = Map.groupBy(sessions.flat(), ({ env }) => JSON.stringify(env))
  return [...byEnv.values()].map((exchanges) => [exchanges[0]?.env, exchanges])
}

describe('programs of the FastAPI tutorial, in process', () => {
  for (const recording of recordings()) {
    for (const [env, exchanges] of instancesOf(recording)) {
      // Requests in process are never encrypted.
      const plain = exchanges.filter(({ request }) => request.scheme === undefined)
      if (plain.length > 0) replayInProcess(recording.program, env, plain)
    }
  }
})

describe('programs of the FastAPI tutorial, over sockets', () => {
  for (const { program, sessions } of recordings()) {
    const [first = []] = sessions
    const secure = sessions.slice(1).filter((session) => session.some(isEncrypted))
    replayOverSocket(program, first[0]?.env, [first, ...secure].flat())
  }
})

function isEncrypted({ request }: Exchange): boolean {
  return request.scheme === 'https'
}

describe('WebSockets of the FastAPI tutorial', () => {
  for (const { program, conversations = [] } of recordings()) {
    for (const steps of conversations) {
      it(`${program} says what FastAPI says in ${JSON.stringify(steps).slice(0, 120)}`, async () => {
        const client = new TestClient(await loadProgram(program))
        await converse(client, steps)
        await client.close()
      })
    }
  }
})
