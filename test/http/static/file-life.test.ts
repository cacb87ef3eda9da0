import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import {
  createRequest,
  HttpResponse,
  HttpServer,
  type StaticFilesOptions,
  StreamBody,
  staticFiles,
} from '../../../src/http/index.ts'
import { OptionError } from '../../../src/index.ts'
import { RawClient } from '../support/raw-client.ts'
import { ask } from './ask.ts'
import { BIG, LETTERS, makeSite, type Site } from './site.ts'

const isLinux = process.platform === 'linux'
const isRoot = process.getuid?.() === 0
const GET_BIG = 'GET /big.txt HTTP/1.1\r\nHost: x\r\n\r\n'

describe('staticFiles over time', () => {
  let site: Site
  let server: HttpServer

  async function serve(options: StaticFilesOptions = {}): Promise<void> {
    server = await new HttpServer(staticFiles(site.root, options)).listen({
      port: 0,
      host: '127.0.0.1',
    })
  }

  /** Open descriptors of files of the site. */
  function openFiles(): number {
    const paths = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return ''
      }
    })
    return paths.filter((path) => path.startsWith(site.root)).length
  }

  async function untilNoneIsOpen(): Promise<void> {
    for (let turn = 0; openFiles() > 0; turn++) {
      assert.ok(turn < 2000, `${openFiles()} files are still open`)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  beforeEach(() => {
    site = makeSite()
  })
  afterEach(async () => {
    await server.close({ timeoutMs: 0 })
    site.remove()
  })

  it('sees that a file has changed, even if size and time are the same', async () => {
    await serve({ revalidateMs: 0 })
    assert.equal((await ask(server, 'GET /letters.txt')).body, LETTERS)
    site.write('letters.txt', LETTERS.toUpperCase())
    assert.equal((await ask(server, 'GET /letters.txt')).body, LETTERS.toUpperCase())
  })

  it('does not look again before it is time', async () => {
    await serve({ revalidateMs: 3_600_000 })
    await ask(server, 'GET /letters.txt')
    site.write('letters.txt', 'changed')
    assert.equal((await ask(server, 'GET /letters.txt')).body, LETTERS)
  })

  it('sees that a file has gone, or come', async () => {
    await serve({ revalidateMs: 0, precompressed: true })
    await ask(server, 'GET /letters.txt')
    unlinkSync(join(site.root, 'letters.txt'))
    assert.equal((await ask(server, 'GET /letters.txt')).status, 404)
    site.write('letters.txt', 'back')
    assert.equal((await ask(server, 'GET /letters.txt')).body, 'back')
    site.write('letters.txt.gz', 'compressed')
    const { body } = await ask(server, 'GET /letters.txt', { 'accept-encoding': 'gzip' })
    assert.equal(body, 'compressed')
  })

  it('serves a large file that was replaced since it was looked at', async () => {
    await serve({ revalidateMs: 3_600_000 })
    assert.equal((await ask(server, 'GET /big.txt')).body.length, BIG.length)
    site.write('new.txt', `${BIG}more`)
    renameSync(join(site.root, 'new.txt'), join(site.root, 'big.txt'))
    assert.equal((await ask(server, 'GET /big.txt')).body, `${BIG}more`)
    unlinkSync(join(site.root, 'big.txt'))
    assert.equal((await ask(server, 'GET /big.txt')).status, 404)
  })

  it('sends what was opened to the end though another file takes its place', async () => {
    await serve()
    const client = await RawClient.connect(server.port)
    client.pause()
    client.send(GET_BIG.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    await ask(server, 'GET /letters.txt')
    site.write('new.txt', 'x'.repeat(BIG.length))
    renameSync(join(site.root, 'new.txt'), join(site.root, 'big.txt'))
    client.resume()
    const answer = await client.untilEnd()
    assert.equal(answer.slice(answer.indexOf('\r\n\r\n') + 4), BIG)
  })

  it('cuts the connection if the file becomes shorter while it is sent', async () => {
    const failures: unknown[] = []
    await serve()
    await server.close({ timeoutMs: 0 })
    const huge = 'x'.repeat(32 * 1024 * 1024)
    site.write('huge.txt', huge)
    server = await new HttpServer(staticFiles(site.root), {
      onError: (error) => failures.push((error as Error).message),
    }).listen({ port: 0, host: '127.0.0.1' })
    const client = await RawClient.connect(server.port)
    client.send(GET_BIG.replace('big', 'huge'))
    await client.until(1000)
    client.pause()
    truncateSync(join(site.root, 'huge.txt'), 10)
    client.resume()
    assert.ok((await client.untilEnd()).length < huge.length)
    assert.deepEqual(failures, ['A file became shorter while it was sent'])
  })

  it('asks for 100 files at once with as many lookups as there are files', async () => {
    await serve({ revalidateMs: 0 })
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        ask(server, `GET /${at % 2 === 0 ? 'letters' : 'big'}.txt`),
      ),
    )
    assert.ok(
      answers.every(
        ({ status }, at) => status === 200 && (at % 2 === 1 || answers[at]!.body === LETTERS),
      ),
    )
  })

  it('keeps serving when the root is a link that is turned to another folder', async () => {
    const link = `${site.root}-link`
    symlinkSync(site.root, link)
    const handler = staticFiles(link, { revalidateMs: 0 })
    server = await new HttpServer(handler).listen({ port: 0, host: '127.0.0.1' })
    assert.equal((await ask(server, 'GET /letters.txt')).body, LETTERS)
    const next = `${site.root}-next`
    mkdirSync(next)
    writeFileSync(join(next, 'letters.txt'), 'next release')
    symlinkSync(next, `${link}-new`)
    renameSync(`${link}-new`, link)
    assert.equal((await ask(server, 'GET /letters.txt')).body, 'next release')
  })

  it('answers 404 for what is no file, without waiting for it', { skip: !isLinux }, async () => {
    await serve()
    const { spawnSync } = await import('node:child_process')
    spawnSync('mkfifo', [join(site.root, 'pipe')])
    assert.equal((await ask(server, 'GET /pipe')).status, 404)
    assert.equal(openFiles(), 0)
  })

  it('answers 403 for a file it may not read', { skip: isRoot ? 'root may' : false }, async () => {
    await serve()
    chmodSync(join(site.root, 'letters.txt'), 0)
    assert.equal((await ask(server, 'GET /letters.txt')).status, 403)
  })

  it('has no file open when it has answered', { skip: !isLinux }, async () => {
    await serve({ precompressed: true, cacheBytes: 0, maxCachedFileBytes: 0 })
    const range = { range: 'bytes=0-1,5-6' }
    for (const [line, headers] of [
      ['GET /big.txt', {}],
      ['HEAD /big.txt', {}],
      ['GET /big.txt', { 'if-none-match': '*' }],
      ['GET /big.txt', { 'if-match': '"x"' }],
      ['GET /big.txt', range],
      ['GET /big.txt', { range: 'bytes=99999999-' }],
      ['GET /app.js', { 'accept-encoding': 'br' }],
      ['GET /docs/', {}],
      ['GET /docs', {}],
      ['GET /link-outside.txt', {}],
      ['GET /linked-folder/passwd', {}],
      ['GET /none', {}],
      ['GET /empty.txt', {}],
    ] as const) {
      await ask(server, line, headers)
      await untilNoneIsOpen()
    }
  })

  it('closes the file of a client that goes away at any time', { skip: !isLinux }, async () => {
    await serve({ cacheBytes: 0 })
    for (let bytes = 0; bytes < 40; bytes++) {
      const client = await RawClient.connect(server.port)
      client.send(bytes < 20 ? GET_BIG : GET_BIG.repeat(4))
      if (bytes % 20 > 0) await client.until((bytes % 20) * 30_000)
      if (bytes % 2 === 0) client.reset()
      else client.destroy()
    }
    await untilNoneIsOpen()
  })

  it('closes the file of an answer that comes after its time', { skip: !isLinux }, async () => {
    const files = staticFiles(site.root, { cacheBytes: 0 })
    const { promise: isLate, resolve: answer } = Promise.withResolvers<void>()
    server = await new HttpServer(
      async (request) => {
        const response = await files(request)
        await isLate
        return response
      },
      { handlerTimeoutMs: 20, onError: () => {} },
    ).listen({ port: 0, host: '127.0.0.1' })
    assert.equal((await ask(server, 'GET /big.txt')).status, 503)
    assert.equal(openFiles(), 1)
    answer()
    await untilNoneIsOpen()
  })

  it('closes the file of a stream that is not read', { skip: !isLinux }, async () => {
    await serve()
    const response = await staticFiles(site.root)(createRequest({ target: '/big.txt' }))
    assert.ok(response instanceof HttpResponse && response.body instanceof StreamBody)
    assert.equal(openFiles(), 1)
    response.body.abandon()
    await untilNoneIsOpen()
  })

  it('keeps no more in memory than it may', async () => {
    await serve({ cacheBytes: 100_000, revalidateMs: 3_600_000 })
    for (let file = 0; file < 40; file++) site.write(`f${file}.txt`, `${file} `.padEnd(10_000, 'x'))
    for (let file = 0; file < 40; file++) await ask(server, `GET /f${file}.txt`)
    for (let file = 0; file < 40; file++) site.write(`f${file}.txt`, 'new')
    let kept = 0
    for (let file = 0; file < 40; file++) {
      if ((await ask(server, `GET /f${file}.txt`)).body !== 'new') kept++
    }
    assert.ok(kept >= 1 && kept <= 8, `${kept}`)
  })

  it('reads again what was written just before it was read', async () => {
    await serve({ revalidateMs: 0 })
    const file = join(site.root, 'fresh.txt')
    const now = new Date()
    writeFileSync(file, 'one')
    utimesSync(file, now, now)
    assert.equal((await ask(server, 'GET /fresh.txt')).body, 'one')
    writeFileSync(file, 'two')
    utimesSync(file, now, now)
    assert.equal((await ask(server, 'GET /fresh.txt')).body, 'two')
  })

  it('refuses options that cannot be meant', async () => {
    await serve()
    for (const options of [
      { prefix: 'assets' },
      { prefix: '/a/' },
      { index: 'a/b' },
      { index: ['..'] },
      { fallback: '../x' },
      { fallback: '/index.html' },
      { dotfiles: 'hide' },
      { followSymlinks: 1 },
      { maxAgeSeconds: -1 },
      { maxAgeSeconds: 1.5 },
      { immutable: 'x' },
      { cacheControl: 'public' },
      { etag: true },
      { precompressed: ['deflate'] },
      { types: { x: 'no type' } },
      { types: { x: 'text/plain\r\nx: y' } },
      { headers: [] },
      { cacheBytes: -1 },
      { maxage: 1 },
    ]) {
      assert.throws(() => staticFiles(site.root, options as StaticFilesOptions), OptionError)
    }
    assert.throws(() => staticFiles(join(site.root, 'none')), OptionError)
    assert.throws(() => staticFiles(join(site.root, 'letters.txt')), OptionError)
    assert.throws(() => staticFiles(''), OptionError)
  })

  it('takes a root relative to the working directory', async () => {
    const handler = staticFiles(relative(process.cwd(), site.root))
    server = await new HttpServer(handler).listen({ port: 0, host: '127.0.0.1' })
    assert.equal((await ask(server, 'GET /letters.txt')).body, LETTERS)
  })
})
