/**
 * How long an app of many routes takes to start, and what it costs to find one of them: run with
 * `node benchmarks/app/start.ts`.
 */
import { performance } from 'node:perf_hooks'
import { createRequest } from '../../src/http/index.ts'
import { App, array, body, dep, int, object, optional, query, str } from '../../src/index.ts'

const ROUNDS = 7
const REQUESTS = 100_000

function build(count: number): App {
  const app = new App()
  const user = dep({ token: query('token', optional(str())) }, ({ token }) => token)
  for (let at = 0; at < count / 2; at++) {
    const Item = object(
      { id: int(), name: str({ minLength: 1 }), tags: array(str()), price: optional(int()) },
      { title: `Item${at}` },
    )
    const page = query(int({ min: 1, default: 1 }))
    app.get(
      `/group${at % 50}/items${at}/{id:int}` as '/{id:int}',
      { in: { page, user }, out: { 200: Item } },
      ({ id }) => ({ id, name: 'a', tags: [] }),
    )
    const json = body(Item)
    app.post(
      `/group${at % 50}/items${at}`,
      { in: { json, user }, out: { 201: Item } },
      (inputs) => {
        return inputs.json
      },
    )
  }
  return app
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function measure(count: number): Promise<void> {
  const starts: number[] = []
  const requests: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now()
    const app = build(count)
    await app.start()
    starts.push(performance.now() - before)
    const last = count / 2 - 1
    const request = createRequest({ method: 'GET', target: `/group${last % 50}/items${last}/7` })
    const begin = performance.now()
    for (let at = 0; at < REQUESTS; at++) void app.handle(request)
    requests.push(((performance.now() - begin) * 1e6) / REQUESTS)
    await app.stop()
  }
  console.log(
    `${count} routes: declared and started in ${median(starts).toFixed(1)} ms (first ${starts[0]?.toFixed(1)}), ` +
      `${median(requests).toFixed(0)} ns a request`,
  )
}

for (const count of [10, 100, 1000]) await measure(count)
