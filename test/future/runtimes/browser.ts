/**
 * Takes the tour where there is nothing of Node: a context with the globals of browsers only. Needs
 * `--experimental-vm-modules`, which is why it is a program of its own.
 */
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { createContext, SourceTextModule } from 'node:vm'

/** What the tour needs of a browser; whatever else the sources touch is missing here. */
const context = createContext({
  AbortController,
  AbortSignal,
  URL,
  clearTimeout,
  performance,
  setTimeout,
  structuredClone,
})
const modules = new Map<string, SourceTextModule>()

function load(address: string): SourceTextModule {
  const known = modules.get(address)
  if (known !== undefined) return known
  const source = stripTypeScriptTypes(readFileSync(new URL(address), 'utf8'))
  const module = new SourceTextModule(source, {
    context,
    identifier: address,
    initializeImportMeta: (meta) => void (meta.url = address),
  })
  modules.set(address, module)
  return module
}

const main = load(new URL('tour.ts', import.meta.url).href)
const futures = load(new URL('../../../src/future/index.ts', import.meta.url).href)
for (const module of [main, futures]) {
  await module.link((specifier, from) => load(new URL(specifier, from.identifier).href))
  await module.evaluate()
}
const { tour } = main.namespace as { readonly tour: (module: object) => Promise<unknown[]> }
console.log(JSON.stringify(await tour(futures.namespace)))
