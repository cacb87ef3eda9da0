import assert from 'node:assert/strict'
import type { HttpCase } from './cases.ts'

/**
 * Asserts that a server answers a case as it must, before it is measured.
 *
 * @throws {AssertionError} naming the server and the case
 */
export async function assertAnswer(server: string, port: number, each: HttpCase): Promise<void> {
  const where = `${server}, ${each.name}`
  const good = await send(port, each, each.target, each.body)
  assert.equal(good.status, 200, `${where}: status`)
  assert.match(good.headers.get('content-type') ?? '', /^application\/json/, `${where}: type`)
  assert.deepEqual(await good.json(), each.answer, `${where}: answer`)
  if (each.invalid === undefined) return
  const bad = await send(port, each, each.invalid.target, each.invalid.body)
  await bad.arrayBuffer()
  assert.ok(bad.status >= 400 && bad.status < 500, `${where}: invalid input got ${bad.status}`)
}

function send(port: number, each: HttpCase, target: string, body?: string): Promise<Response> {
  const init: RequestInit = { method: each.method }
  if (body !== undefined) init.body = body
  if (each.contentType !== undefined) init.headers = { 'content-type': each.contentType }
  return fetch(`http://127.0.0.1:${port}${target}`, init)
}
