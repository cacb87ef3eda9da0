import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCommands } from '../../scripts/docs/exchanges.ts'
import { type PageProgram, type Peer, writePrograms } from '../../scripts/docs/page-programs.ts'
import { assertAnswers } from './support/assert-answers.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = globSync('docs/migration/*.md', { cwd: ROOT }).toSorted()

/** Other frameworks are installed for the benchmarks, on their first run. */
const PEERS = join(ROOT, 'benchmarks/node_modules')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

async function judge(
  peer: Peer,
  { consoles: [first] }: PageProgram,
  folder: string,
): Promise<void> {
  assert.ok(first !== undefined)
  const port = await freePort()
  writeFileSync(peer.file, readFileSync(peer.file, 'utf8').replace('8000', String(port)))
  const server = spawn(process.execPath, [peer.file], { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    const url = `http://127.0.0.1:${port}`
    const untilItListens =
      'curl --retry 100 --retry-delay 0 --retry-max-time 20 --retry-connrefused'
    await runCommands([`${untilItListens} -o /dev/null ${url}/`], folder, url)
    await assertAnswers(first, folder, url)
  } finally {
    server.kill()
  }
}

describe('programs of other frameworks in the migration guides', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-peers-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  if (existsSync(PEERS)) symlinkSync(PEERS, join(folder, 'node_modules'))
  after(() => rmSync(folder, { recursive: true }))

  it('are found', () => assert.ok(PAGES.length >= 4))

  for (const page of PAGES) {
    const own = join(folder, page.replaceAll(/\W/g, '-'))
    for (const program of writePrograms(readFileSync(join(ROOT, page), 'utf8'), own)) {
      const { heading, peer } = program
      if (peer === undefined) continue
      const isInstalled = existsSync(join(PEERS, peer.framework))
      const skip = isInstalled ? false : `${peer.framework} is not installed in benchmarks/`
      it(`of ${peer.framework} answer as ours under "${heading}"`, { skip }, () =>
        judge(peer, program, own),
      )
    }
  }
})
