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
import { SessionTokens } from './support/tokens.ts'

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

function replayInProcess({ program, sessions, conversations = [] }: Recording): void {
  describe(program, () => {
    let client: TestClient
    before(async () => {
      await surroundings.prepare(program)
      client = new TestClient(await loadProgram(program))
      await client.start()
    })
    after(() => client.close())
    for (const session of sessions) {
      const tokens = new SessionTokens()
      for (const exchange of session) {
        it(titleOf(exchange), async () => {
          const ours = await sendInProcess(client, tokens.fill(exchange.request))
          assertAnswer(tokens.learn(exchange, ours), ours)
        })
      }
    }
    for (const steps of conversations) {
      it(`says what FastAPI says in ${JSON.stringify(steps).slice(0, 120)}`, async () => {
        await converse(client, steps)
      })
    }
  })
}

function replayOverSocket({ program, sessions }: Recording): void {
  describe(program, () => {
    let server: AppServer
    before(async () => {
      await surroundings.prepare(program)
      server = await (await loadProgram(program)).listen({ port: 0 })
    })
    after(() => server.close())
    const tokens = new SessionTokens()
    for (const exchange of sessions[0] ?? []) {
      it(titleOf(exchange), async () => {
        const ours = await sendOverSocket(server.url, tokens.fill(exchange.request))
        assertAnswer(tokens.learn(exchange, ours), ours)
      })
    }
  })
}

describe('programs of the FastAPI tutorial, in process', () =>
  recordings().forEach(replayInProcess))

describe('programs of the FastAPI tutorial, over sockets', () =>
  recordings().forEach(replayOverSocket))
