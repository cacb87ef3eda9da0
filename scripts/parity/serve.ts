/**
 * Serves one tutorial program to the judge: prints its URL, answers `settle` on standard input when
 * nothing is left to do after responses, and ends when standard input does.
 *
 * Usage: `node scripts/parity/serve.ts <program.ts>`
 */
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import type { App } from '../../src/index.ts'
import { Surroundings } from '../../test/fastapi-tutorial/support/surroundings.ts'

const EXAMPLES = path.join(import.meta.dirname, '../../examples/fastapi-tutorial')

const file = process.argv[2]
if (file === undefined) throw new Error('Usage: node scripts/parity/serve.ts <program.ts>')
const surroundings = new Surroundings() // the judge's tests make their own files and settings
const name = path.relative(EXAMPLES, path.resolve(file)).replaceAll(path.sep, '/')
await surroundings.prepare(name)
const { app } = (await import(pathToFileURL(path.resolve(file)).href)) as { readonly app: App }
// The judge speaks for a proxy that ends TLS where a test asks for https.
const server = await app.listen({ port: 0, trustProxy: ['loopback'] })
console.log(server.url)
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'settle') continue
  await app.settled()
  console.log('settled')
}
await server.close({ timeoutMs: 1000 })
await surroundings.leave()
process.exit()
