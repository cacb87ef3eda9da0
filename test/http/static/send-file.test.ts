import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import {
  createRequest,
  HttpError,
  HttpServer,
  type SendFileOptions,
  sendFile,
} from '../../../src/http/index.ts'
import { ask } from './ask.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

describe('sendFile', () => {
  let folder: string
  let server: HttpServer
  let file = 'letters.txt'
  let options: SendFileOptions = {}

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'send-file-'))
    mkdirSync(join(folder, 'public'))
    writeFileSync(join(folder, 'letters.txt'), LETTERS)
    writeFileSync(join(folder, 'empty.bin'), '')
    writeFileSync(join(folder, 'public', 'page.html'), '<p>')
    symlinkSync(join(folder, 'letters.txt'), join(folder, 'public', 'out.txt'))
    server = new HttpServer((request) => sendFile(request, join(folder, file), options))
    await server.listen({ port: 0, host: '127.0.0.1' })
  })
  after(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  it('sends a file with its type, length and validators', async () => {
    const { status, headers, body } = await ask(server, 'GET /')
    assert.equal(status, 200)
    assert.equal(body, LETTERS)
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
    assert.equal(headers['content-length'], '26')
    assert.equal(headers['accept-ranges'], 'bytes')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(headers['etag'] ?? '', /^"[\da-z]+-[\da-z]+"$/)
    assert.ok(headers['last-modified'])
    assert.equal(headers['cache-control'], undefined)
    assert.equal(headers['content-disposition'], undefined)
  })

  it('answers ranges, conditions and HEAD', async () => {
    const range = await ask(server, 'GET /', { range: 'bytes=2-4' })
    assert.deepEqual([range.status, range.body], [206, 'cde'])
    assert.equal(range.headers['content-range'], 'bytes 2-4/26')
    const etag = range.headers['etag'] ?? ''
    const same = await ask(server, 'GET /', { 'if-none-match': etag })
    assert.deepEqual([same.status, same.body], [304, ''])
    const head = await ask(server, 'HEAD /')
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '26'])
    const beyond = await ask(server, 'GET /', { range: 'bytes=26-' })
    assert.equal(beyond.status, 416)
  })

  it('sends all of it to other methods and with other statuses', async () => {
    const headers = { range: 'bytes=2-4', 'if-none-match': '*' }
    const posted = await ask(server, 'POST /', headers)
    assert.deepEqual([posted.status, posted.body], [200, LETTERS])
    options = { status: 404 }
    const missing = await ask(server, 'GET /', headers)
    assert.deepEqual([missing.status, missing.body], [404, LETTERS])
    options = {}
  })

  it('says how it is shown, its name and how long it may be kept', async () => {
    options = {
      contentType: 'text/x-letters',
      filename: 'Ä "b".txt',
      maxAgeSeconds: 60,
      headers: [['x-letters', '26']],
    }
    const { headers } = await ask(server, 'GET /')
    options = {}
    assert.equal(headers['content-type'], 'text/x-letters')
    assert.equal(headers['cache-control'], 'private, max-age=60')
    assert.equal(headers['x-letters'], '26')
    assert.equal(
      headers['content-disposition'],
      `attachment; filename="_ _b_.txt"; filename*=UTF-8''%C3%84%20%22b%22.txt`,
    )
  })

  it('sends an empty file', async () => {
    file = 'empty.bin'
    const { status, headers, body } = await ask(server, 'GET /')
    file = 'letters.txt'
    assert.deepEqual([status, body, headers['content-length']], [200, '', '0'])
  })

  const request = createRequest({})
  const statusOf = (name: string | URL, given?: SendFileOptions): Promise<number> =>
    sendFile(request, name, given).then(
      (response) => {
        response.discard()
        return response.status
      },
      (error: unknown) => {
        if (error instanceof HttpError) return error.status
        throw error
      },
    )

  it('takes a URL', async () => {
    assert.equal(await statusOf(pathToFileURL(join(folder, 'letters.txt'))), 200)
  })

  it('answers what is no file with 404', async () => {
    for (const name of ['nothing.txt', 'public', '', 'a\0b', 'letters.txt/x']) {
      assert.equal(await statusOf(name === '' ? '' : join(folder, name)), 404, name)
    }
  })

  it('stays below the root', async () => {
    const root = join(folder, 'public')
    assert.equal(await statusOf('page.html', { root }), 200)
    for (const name of ['../letters.txt', 'out.txt', '..', join(folder, 'letters.txt')]) {
      assert.equal(await statusOf(name, { root }), 404, name)
    }
  })

  it('refuses what it does not know', () => {
    const wrong: Record<string, unknown>[] = [
      { rooot: 'x' },
      { root: '' },
      { status: 99 },
      { filename: 7 },
      { maxAgeSeconds: -1 },
      { disposition: 'form-data' },
    ]
    for (const each of wrong) {
      assert.throws(() => sendFile(request, 'x', each), { code: 'CORE_OPTION' })
    }
  })
})
