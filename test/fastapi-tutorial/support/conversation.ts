import assert from 'node:assert/strict'
import {
  type TestClient,
  type TestSocket,
  TestSocketRefusedError,
} from '../../../src/testing/index.ts'
import type { Step } from './recording.ts'

/** Says to the program what FastAPI's test says, on the same sockets, and expects the same answers. */
export async function converse(client: TestClient, steps: readonly Step[]): Promise<void> {
  const sockets = new Map<number, TestSocket>()
  for (const [at, step] of steps.entries()) {
    if ('open' in step) {
      const opening = client.connect(step.path, { headers: step.headers ?? {} })
      if (isRefused(steps[at + 1])) {
        await assert.rejects(async () => await opening, TestSocketRefusedError)
        return
      }
      sockets.set(step.open, await opening)
    } else if ('send' in step) {
      sockets.get(step.send)!.send(step.text)
    } else if ('receive' in step) {
      assert.equal(await sockets.get(step.receive)!.receive(), step.text)
    } else if ('close' in step) {
      await sockets.get(step.close)!.close()
    }
  }
}

/** FastAPI ends a socket before it accepts it; there is nothing between the two steps then. */
function isRefused(next: Step | undefined): boolean {
  return next !== undefined && 'end' in next
}
