import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Child } from '../../benchmarks/lib/child.ts'
import type { OpenLoopAnswer, OpenLoopCommand } from '../../benchmarks/lib/open-loop-command.ts'
import { HttpError, HttpResponse, HttpServer } from '../../src/http/index.ts'

const CLIENT = fileURLToPath(new URL('../../benchmarks/lib/open-loop-client.ts', import.meta.url))
const STALL_MS = 400

async function ask(
  handler: () => HttpResponse,
  load: Omit<OpenLoopCommand, 'port' | 'target'>,
): Promise<OpenLoopAnswer> {
  const server = await new HttpServer(handler).listen({ port: 0, host: '127.0.0.1' })
  const client = await Child.start([process.execPath, CLIENT])
  try {
    return await client.ask<OpenLoopAnswer>({ ...load, port: server.port, target: '/' })
  } finally {
    await client.stop()
    await server.close()
  }
}

describe('the open-loop client', () => {
  it('sends as many requests as the rate makes, over one connection each', async () => {
    let requests = 0
    const answer = await ask(
      () => {
        requests++
        return new HttpResponse(200, 'ok')
      },
      { connections: 8, rate: 200, milliseconds: 500 },
    )
    // One on each connection before the start.
    assert.equal(requests, 8 + 100)
    assert.ok(answer.p50Ms > 0 && answer.p50Ms <= answer.p99Ms && answer.p99Ms <= answer.p999Ms)
  })

  it('shows a stall of the server in half of the requests if it lasts for half of the time', async () => {
    let requests = 0
    const answer = await ask(
      () => {
        if (++requests === 10) {
          const endMs = performance.now() + STALL_MS
          while (performance.now() < endMs);
        }
        return new HttpResponse(200, 'ok')
      },
      { connections: 2, rate: 500, milliseconds: 2 * STALL_MS },
    )
    // With two connections a closed loop would have had two slow requests of 400.
    assert.ok(answer.p99Ms > 0.8 * STALL_MS, `p99 ${answer.p99Ms} ms`)
    assert.ok(answer.lateP99Ms > 0.8 * STALL_MS, `p99 of delays ${answer.lateP99Ms} ms`)
  })

  it('fails with what the server answered instead', async () => {
    const refuse = (): HttpResponse => {
      throw new HttpError(404, 'Not Found')
    }
    const load = { connections: 2, rate: 100, milliseconds: 100 }
    await assert.rejects(ask(refuse, load), /Not the answer: HTTP\/1\.1 404/)
  })
})
