/**
 * What the compiler pays for a large app: generates routes with inputs and outputs of their own and
 * counts the type instantiations that they add to an app without routes.
 *
 * `node scripts/type-cost.ts [--routes 300] [--budget 200000]`; exits with 1 above the budget.
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
  },
})
const routes = Number(values.routes)
const budget = Number(values.budget)

const HEAD = `import { App, body, dep, get, header, query, reply, router } from '../src/app/index.ts'
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
export const read${index} = get('/things${index}/{id:int}', {
  in: { limit${index}: query(int({ default: 10 })), agent: header(str()), db },
  out: { 200: Out${index}, 404: Problem },
}, async ({ id, limit${index}, db }) =>
  limit${index} > 3 ? db.find(id) : reply(404, { detail: 'no such thing' }))
app.post('/things${index}', { in: { data: body(In${index}), db }, out: { 201: Out${index} } },
  ({ data }) => ({ id: ${index}, name: data.name${index} }))
`
}

function countInstantiations(count: number): number {
  const folder = mkdtempSync(join(ROOT, 'type-cost-'))
  try {
    const indexes = Array.from({ length: Math.ceil(count / 2) }, (_, index) => index)
    const names = indexes.map((index) => `read${index}`).join(', ')
    const source = `${HEAD}${indexes.map(routeSource).join('')}
app.include(router({ ${names} }, { prefix: '/v1' }))
`
    writeFileSync(join(folder, 'main.ts'), source)
    const config = {
      extends: '../tsconfig.json',
      compilerOptions: { noUnusedLocals: false },
      include: ['main.ts'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const report = execFileSync(
      process.execPath,
      [tsc, '-p', folder, '--extendedDiagnostics', '--singleThreaded'],
      { encoding: 'utf8' },
    )
    return Number(/Instantiations:\s*(\d+)/.exec(report)?.[1])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const base = countInstantiations(0)
const total = countInstantiations(routes)
const cost = total - base
console.log(
  `${routes} routes: ${cost} type instantiations (${Math.round(cost / routes)} a route, ` +
    `${base} without routes), budget ${budget}: ${cost <= budget ? 'kept' : 'exceeded'}`,
)
process.exitCode = cost <= budget ? 0 : 1
