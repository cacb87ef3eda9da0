/** An app with dependencies of each scope; `entry` is what a program would do with it. */
import { App, dep } from '../../../src/app/index.ts'

/** @param log - told what happens to the app dependency, on the thread where it does */
export function sharedApp(log: string[], value: unknown = { key: new Map([['a', 1n]]) }): App {
  const config = dep({ scope: 'app' }, async function* config() {
    log.push('made')
    yield value
    log.push('ended')
  })
  const cache = dep({ scope: 'core', in: { config } }, ({ config }) => ({ config, log }))
  const app = new App()
  app.get('/config', { in: { cache } }, ({ cache }) => {
    const { key } = cache.config as { key: Map<string, bigint> }
    return { a: Number(key.get('a')), madeHere: cache.log }
  })
  return app
}
