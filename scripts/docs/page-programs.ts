import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Block, blocksOf } from './blocks.ts'
import { type Exchange, exchangesOf } from './exchanges.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A program of a page, in a file, and the commands below it. */
export interface PageProgram {
  readonly heading: string
  readonly file: string
  readonly consoles: readonly Console[]
  /** The same for another framework, which answers the first of them in the same way. */
  readonly peer: Peer | undefined
}

/** A program for another framework: a block such as `js [express]`. */
export interface Peer {
  readonly framework: string
  readonly file: string
}

/** A `console` block. */
export interface Console {
  /** Where its code begins in the text of the page. */
  readonly offset: number
  readonly exchanges: readonly Exchange[]
}

/**
 * Writes the programs of a page into a folder. Each `ts` block is a file; one that names itself (`ts [items.ts]`)
 * is there for the others to import, and a program only if it runs an app or tests. The `console`
 * blocks below a program are for it.
 * A block such as `js [express]` is the program of another framework, which the next one stands for.
 */
export function writePrograms(markdown: string, folder: string): PageProgram[] {
  const programs: (PageProgram & { readonly consoles: Console[] })[] = []
  let peer: Peer | undefined
  for (const block of blocksOf(markdown)) {
    if (block.language === 'ts') {
      const file = join(folder, block.file ?? `program-${programs.length}.ts`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, toModule(block.code))
      if (isProgram(block)) {
        programs.push({ heading: block.heading, file, consoles: [], peer })
        peer = undefined
      }
    } else if (block.language === 'js' && block.file !== undefined) {
      peer = { framework: block.file, file: join(folder, `${block.file}-${programs.length}.js`) }
      mkdirSync(folder, { recursive: true })
      writeFileSync(peer.file, block.code)
    } else if (block.language === 'console') {
      const { offset, code } = block
      programs.at(-1)?.consoles.push({ offset, exchanges: exchangesOf(code) })
    }
  }
  return programs
}

function isProgram({ file, code }: Block): boolean {
  return file === undefined || code.includes('app.run(') || file.endsWith('.test.ts')
}

/** A program against the sources and not the published package, on a port that is free. */
function toModule(code: string): string {
  return code
    .replaceAll(/from 'fasterapi\/([\w-]+)'/g, (_, name) => `from '${ROOT}src/${name}/index.ts'`)
    .replaceAll("from 'fasterapi'", `from '${ROOT}src/index.ts'`)
    .replace('await app.run({ port: 8000', 'export const server = await app.listen({ port: 0')
}

/** What a module that serves exports. */
export interface Served {
  readonly server?: { readonly url: string; close(): PromiseLike<void> }
}

/** Runs a program in this process; one that serves goes on to. */
export async function startProgram(file: string): Promise<Served> {
  return (await import(pathToFileURL(file).href)) as Served
}
