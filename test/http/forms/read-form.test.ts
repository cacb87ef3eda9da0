import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createRequest, type HttpRequest, readForm } from '../../../src/http/index.ts'

function request(type: string | undefined, body?: string | Iterable<Uint8Array>): HttpRequest {
  return createRequest({
    method: 'POST',
    headers: type === undefined ? [] : [['content-type', type]],
    ...(body === undefined ? undefined : { body }),
  })
}

const TYPE = 'multipart/form-data; boundary=b'

function part(parameters: string, value: string): string {
  return `--b\r\nContent-Disposition: form-data; ${parameters}\r\n\r\n${value}\r\n`
}

const BODY = `${part('name="a"', '1')}${part('name="a"', '2')}${part('name="f"; filename="x"', 'small')}${part('name="f"; filename="y"', 'y'.repeat(50))}${part('name="e"; filename=""', '')}--b--\r\n`

describe('readForm', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fasterapi-test-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('reads an urlencoded form', async () => {
    const type = 'application/x-www-form-urlencoded; charset=UTF-8'
    const form = await readForm(request(type, 'a=1&a=2&b='))
    assert.deepEqual(form.fields, [
      ['a', '1'],
      ['a', '2'],
      ['b', ''],
    ])
    assert.equal(form.get('a'), '2')
    assert.deepEqual(form.getAll('a'), ['1', '2'])
    assert.equal(form.get('c'), undefined)
    assert.equal(form.hasTemporaryFiles, false)
    await form.remove()
  })

  it('is ready at once if an urlencoded form is there', async () => {
    const form = readForm(request('application/x-www-form-urlencoded', 'a=1'))
    if (process.env['FASTERAPI_DEBUG'] !== '1') assert.equal(form.isReady, true)
    assert.equal((await form).get('a'), '1')
  })

  it('reads small files into memory and others to disk, and removes them', async () => {
    const form = await readForm(request(TYPE, BODY), { memoryBytes: 10, directory: folder })
    const [small, large] = form.files
    assert.deepEqual(form.getAll('a'), ['1', '2'])
    assert.equal(form.getFile('f'), large)
    assert.deepEqual(form.getFiles('f'), [small, large])
    assert.equal(small?.path, undefined)
    assert.deepEqual([small?.size, large?.size, form.files.length], [5, 50, 2])
    assert.equal(await small?.text(), 'small')
    assert.ok(large?.path?.startsWith(folder))
    assert.equal(await large?.text(), 'y'.repeat(50))
    assert.equal(form.hasTemporaryFiles, true)
    if (process.platform !== 'win32') {
      const [made = ''] = await readdir(folder)
      assert.equal((await stat(join(folder, made))).mode & 0o777, 0o700)
    }
    await form[Symbol.asyncDispose]()
    await form.remove()
    assert.equal(existsSync(large?.path ?? ''), false)
    assert.deepEqual(await readdir(folder), [])
  })

  it('keeps what is saved, and overwrites nothing', async () => {
    const form = await readForm(request(TYPE, BODY), { memoryBytes: 10, directory: folder })
    const kept = await mkdtemp(join(tmpdir(), 'fasterapi-kept-'))
    for (const [at, file] of form.files.entries()) {
      await file.saveTo(join(kept, String(at)))
      await assert.rejects(file.saveTo(join(kept, String(at))), { code: 'EEXIST' })
    }
    await form.remove()
    assert.equal(await readFile(join(kept, '0'), 'utf8'), 'small')
    assert.equal(await readFile(join(kept, '1'), 'utf8'), 'y'.repeat(50))
    await rm(kept, { recursive: true })
  })

  it('gives files in pieces, from memory and from disk', async () => {
    const form = await readForm(request(TYPE, BODY), { memoryBytes: 10, directory: folder })
    for (const file of form.files) {
      const pieces: Uint8Array[] = []
      for await (const piece of file) pieces.push(piece)
      assert.equal(Buffer.concat(pieces).toString(), await file.text())
    }
    await form.remove()
  })

  it('is empty where there is no body', async () => {
    const form = await readForm(request(undefined))
    assert.deepEqual([form.fields, form.files], [[], []])
  })

  for (const type of [undefined, 'text/plain', 'application/json', 'multipart/mixed; boundary=b']) {
    it(`refuses a body of the type ${type} with 415`, async () => {
      await assert.rejects(readForm(request(type, 'a=1')).toPromise(), { status: 415 })
    })
  }

  it('leaves nothing behind if the form is broken', async () => {
    const broken = BODY.slice(0, -8)
    const options = { memoryBytes: 10, directory: folder }
    await assert.rejects(readForm(request(TYPE, broken), options).toPromise(), { status: 400 })
    assert.deepEqual(await readdir(folder), [])
  })

  it('fails where it cannot write', async () => {
    const options = { memoryBytes: 0, directory: join(folder, 'missing') }
    await assert.rejects(readForm(request(TYPE, BODY), options).toPromise(), { code: 'ENOENT' })
  })

  for (const options of [{ memory: 1 }, { memoryBytes: -1 }, { directory: 5 }, { maxBytes: 1.5 }]) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => readForm(request(undefined), options as never), { code: 'CORE_OPTION' })
    })
  }
})
