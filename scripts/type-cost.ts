/**
 * What the compiler pays for a large app: generates routes with inputs and outputs of their own, a
 * router of them, and a typed client that calls each, and counts the type instantiations that they
 * add to an app without routes, and the time of the check.
 *
 * `node scripts/type-cost.ts [--routes 300] [--budget 200000] [--seconds 0.5]`; exits with 1 above
 * either. Instantiations are the same in every run; the time is the best of three.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const { values } = parseArgs({
  options: {
    routes: { type: 'string', default: '300' },
    budget: { type: 'string', default: '200000' },
    seconds: { type: 'string', default: '0.5' },
  },
})
const routes = Number(values.routes)
const budget = Number(values.budget)
const seconds = Number(values.seconds)

const HEAD = `import { App, body, dep, get, header, post, query, reply, router } from '../src/app/index.ts'
import { client } from '../src/client/index.ts'
import { array, int, nullable, object, optional, str } from '../src/schema/index.ts'

export const app = new App()
const db = dep(() => ({ find: async (id: number) => ({ id, name: 'a', secret: 'b' }) }))
const Problem = object({ detail: str() })
`

/** Every route has its own pattern, body and result: shared ones would be cached by the compiler. */
function routeSource(index: number): string {
  return `
const In${index} = object({ name${index}: str({ minLength: 1 }), tags: optional(array(str())) })
const Out${index} = object({ id: int(), name: str(), note${index}: optional(nullable(str())) })
const read${index} = get('/things${index}/{id:int}', {
  in: { limit${index}: query(int({ default: 10 })), agent: header(str()), db },
  out: { 200: Out${index}, 404: Problem },
}, async ({ id, limit${index}, db }) =>
  limit${index} > 3 ? db.find(id) : reply(404, { detail: 'no such thing' }))
const add${index} = post('/things${index}', { in: { data: body(In${index}), db }, out: { 201: Out${index} } },
  ({ data }) => ({ id: ${index}, name: data.name${index} }))
`
}

/** Each call with arguments of its own, and its result is used. */
function callSource(index: number): string {
  return `
  const added${index} = await api.add${index}({ data: { name${index}: 'a' } })
  const found${index} = await api.read${index}({ id: added${index}.id, agent: 'me' })
  if (found${index}.note${index} === 'a') return found${index}.name
`
}

function programOf(count: number): string {
  const indexes = Array.from({ length: Math.ceil(count / 2) }, (_, index) => index)
  const names = indexes.map((index) => `read${index}, add${index}`).join(', ')
  return `${HEAD}${indexes.map(routeSource).join('')}
const routes = router({ ${names} }, { prefix: '/v1' })
app.include(routes)
export async function use(): Promise<string | undefined> {
  const api = client<typeof routes>('http://localhost')
${indexes.map(callSource).join('')}
  return typeof api
}
`
}

interface Cost {
  readonly instantiations: number
  readonly seconds: number
}

function costOf(count: number, runs: number): Cost {
  const folder = mkdtempSync(join(ROOT, 'type-cost-'))
  try {
    writeFileSync(join(folder, 'main.ts'), programOf(count))
    const config = {
      extends: '../tsconfig.json',
      compilerOptions: { noUnusedLocals: false },
      include: ['main.ts'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const costs = Array.from({ length: runs }, () => {
      const args = [tsc, '-p', folder, '--extendedDiagnostics', '--singleThreaded']
      const report = execFileSync(process.execPath, args, { encoding: 'utf8' })
      return {
        instantiations: numberOf(report, /Instantiations:\s*(\d+)/),
        seconds: numberOf(report, /Check time:\s*([\d.]+)s/),
      }
    })
    return costs.reduce((best, cost) => (cost.seconds < best.seconds ? cost : best))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function numberOf(report: string, pattern: RegExp): number {
  const found = pattern.exec(report)?.[1]
  if (found === undefined) throw new Error(`The compiler reports no ${String(pattern)}:\n${report}`)
  return Number(found)
}

const base = costOf(0, 3)
const total = costOf(routes, 3)
const cost = total.instantiations - base.instantiations
const spent = Math.max(0, total.seconds - base.seconds)
const isKept = cost <= budget && spent <= seconds
console.log(
  `${routes} routes with a typed client: ${cost} type instantiations ` +
    `(${Math.round(cost / routes)} a route, ${base.instantiations} without routes), budget ${budget}; ` +
    `${spent.toFixed(2)} s to check (${base.seconds.toFixed(2)} s without routes), ` +
    `budget ${seconds} s: ${isKept ? 'kept' : 'exceeded'}`,
)
process.exitCode = isKept ? 0 : 1
