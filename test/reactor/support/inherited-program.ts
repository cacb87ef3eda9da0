/** A program that serves a socket it was given: `node inherited-program.ts OPTIONS-AS-JSON`. */
import { App, type ListenAppOptions } from '../../../src/app/index.ts'
import { Reactor } from '../../../src/reactor/index.ts'

const app = new App()
app.get('/', () => Reactor.coreId)
try {
  const server = await app.listen(JSON.parse(process.argv[2] ?? '{}') as ListenAppOptions)
  if (Reactor.isMain) console.log(`serves ${server.url}`)
} catch (error) {
  console.log((error as Error).message)
  process.exit(1)
}
