/**
 * Serves one tutorial program to the judge: prints its URL, and ends when standard input does.
 *
 * Usage: `node scripts/parity/serve.ts <program.ts>`
 */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App } from '../../src/index.ts'
import { Surroundings } from '../../test/fastapi-tutorial/support/surroundings.ts'

const EXAMPLES = path.join(import.meta.dirname, '../../examples/fastapi-tutorial')

const file = process.argv[2]
if (file === undefined) throw new Error('Usage: node scripts/parity/serve.ts <program.ts>')
const surroundings = new Surroundings() // the judge's tests make their own files and settings
const name = path.relative(EXAMPLES, path.resolve(file)).replaceAll(path.sep, '/')
await surroundings.prepare(name)
const program = (await import(pathToFileURL(path.resolve(file)).href)) as { readonly app: App }
const server = await program.app.listen({ port: 0 })
console.log(server.url)
process.stdin.resume()
process.stdin.once('end', () => {
  void server
    .close({ timeoutMs: 1000 })
    .then(() => surroundings.leave())
    .then(() => process.exit())
})
