import assert from 'node:assert/strict'
import { renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HttpServer, staticFiles } from '../../../src/http/index.ts'
import { ask } from './ask.ts'
import { makeSite, type Site } from './site.ts'
import { TRAVERSALS } from './traversals.ts'

describe('staticFiles against those who want out of the root', () => {
  let site: Site
  const servers: HttpServer[] = []

  before(async () => {
    site = makeSite()
    for (const options of [
      { dotfiles: 'allow' },
      { dotfiles: 'allow', prefix: '/files' },
    ] as const) {
      const server = new HttpServer(staticFiles(site.root, options))
      servers.push(await server.listen({ port: 0, host: '127.0.0.1' }))
    }
  })
  after(async () => {
    for (const server of servers) await server.close({ timeoutMs: 0 })
    site.remove()
  })

  for (const path of TRAVERSALS) {
    it(`has nothing at ${path}`, async () => {
      for (const [server, prefix] of [
        [servers[0]!, ''],
        [servers[1]!, '/files'],
      ] as const) {
        const { status, body } = await ask(server, `GET ${prefix}${path}`)
        assert.equal(status, 404)
        assert.doesNotMatch(body, /SECRET|root:/)
      }
    })
  }

  it('never serves a file that a link swapped in while it was opened leads to', async () => {
    const server = await new HttpServer(
      staticFiles(site.root, { cacheBytes: 0, maxCachedFileBytes: 0 }),
    ).listen({ port: 0, host: '127.0.0.1' })
    site.write('swapped.txt', 'PUBLIC')
    const target = join(site.root, 'swapped.txt')
    const swapper = new AbortController()
    let swaps = 0
    const swapping = (async () => {
      for (; !swapper.signal.aborted; swaps++) {
        symlinkSync('../secret/passwd', join(site.root, 'next'))
        renameSync(join(site.root, 'next'), target)
        await new Promise((resolve) => setImmediate(resolve))
        site.write('next', 'PUBLIC')
        renameSync(join(site.root, 'next'), target)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const seen = new Set<number>()
    const rounds = Array.from({ length: 8 }, async () => {
      for (let time = 0; time < 60; time++) {
        const { status, body } = await ask(server, 'GET /swapped.txt')
        assert.doesNotMatch(body, /SECRET/)
        seen.add(status)
      }
    })
    await Promise.all(rounds)
    swapper.abort()
    await swapping
    await server.close({ timeoutMs: 0 })
    assert.ok(swaps > 10)
    assert.ok(
      [...seen].every((status) => status === 200 || status === 404),
      [...seen].join(),
    )
  })
})
