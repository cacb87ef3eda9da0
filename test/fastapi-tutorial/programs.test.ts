import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AppServer } from '../../src/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { answerDifferences } from './support/answer-differences.ts'
import { type Answer, RULES } from './support/documented-rules.ts'
import { loadProgram, recordings } from './support/programs.ts'
import type { Exchange, Recording } from './support/recording.ts'
import { sendInProcess, sendOverSocket } from './support/send.ts'

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

function replayInProcess({ program, sessions }: Recording): void {
  describe(program, () => {
    let client: TestClient
    before(async () => {
      client = new TestClient(await loadProgram(program))
      await client.start()
    })
    after(() => client.close())
    for (const exchange of sessions.flat()) {
      it(titleOf(exchange), async () => {
        assertAnswer(exchange, await sendInProcess(client, exchange.request))
      })
    }
  })
}

function replayOverSocket({ program, sessions }: Recording): void {
  describe(program, () => {
    let server: AppServer
    before(async () => {
      server = await (await loadProgram(program)).listen({ port: 0 })
    })
    after(() => server.close())
    for (const exchange of sessions[0] ?? []) {
      it(titleOf(exchange), async () => {
        assertAnswer(exchange, await sendOverSocket(server.url, exchange.request))
      })
    }
  })
}

describe('programs of the FastAPI tutorial, in process', () =>
  recordings().forEach(replayInProcess))

describe('programs of the FastAPI tutorial, over sockets', () =>
  recordings().forEach(replayOverSocket))
