import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createRequest, HttpError, type MultipartPart, multipart } from '../../../src/http/index.ts'
import { INVALID, VALID } from './cases.ts'
import { CASE_LIMITS, readParts, splits, upload } from './support.ts'

describe('multipart', () => {
  for (const { name, body, boundary, parts } of VALID) {
    it(`reads ${name}, in all splits`, async () => {
      for (const [split, chunks] of splits(Buffer.from(body, 'latin1'))) {
        assert.deepEqual(await readParts(chunks, boundary), parts, split)
      }
    })
  }

  for (const { name, body, boundary, status, detail } of INVALID) {
    it(`refuses ${name}, in all splits`, async () => {
      for (const [split, chunks] of splits(Buffer.from(body, 'latin1'))) {
        await assert.rejects(
          readParts(chunks, boundary),
          (error) => {
            assert.ok(error instanceof HttpError, `${split}: ${String(error)}`)
            assert.equal(error.status, status, split)
            assert.match(String(error.detail), detail, split)
            return true
          },
          split,
        )
      }
    })
  }

  it('has enough cases', () => {
    assert.ok(VALID.length >= 40 && INVALID.length >= 50, `${VALID.length} + ${INVALID.length}`)
  })

  const TYPES: readonly (readonly [string | undefined, number])[] = [
    [undefined, 415],
    ['', 415],
    ['application/json', 415],
    ['multipart/mixed; boundary=b', 415],
    ['multipart/form-data boundary=b', 415],
    ['multipart/form-data; boundary=a; boundary=b', 415],
    ['multipart/form-data; boundary="b', 415],
    ['multipart/form-data', 400],
    ['multipart/form-data; boundary=', 415],
    ['multipart/form-data; boundary=""', 400],
    ['multipart/form-data; boundary="b "', 400],
    ['multipart/form-data; boundary="b\\"c"', 400],
    [`multipart/form-data; boundary=${'b'.repeat(71)}`, 400],
  ]
  for (const [type, status] of TYPES) {
    it(`answers the type ${JSON.stringify(type)} with ${status}`, () => {
      assert.throws(() => multipart({ header: () => type, body: undefined }), { status })
    })
  }

  for (const type of [
    'Multipart/Form-Data;BOUNDARY=b',
    'multipart/form-data ; charset=utf-8 ; boundary="b" ;',
  ]) {
    it(`takes the type ${type}`, async () => {
      const request = { ...upload([Buffer.from('--b--')]), header: () => type }
      assert.equal((await multipart(request).next()).done, true)
    })
  }

  it('keeps the limit of the body', async () => {
    const init = {
      method: 'POST',
      headers: [['content-type', 'multipart/form-data; boundary=b']] as const,
      body: TWO_FILES,
      maxBodyBytes: 100,
    }
    await assert.rejects(multipart(createRequest(init)).next(), { status: 413 })
    const parts = multipart(createRequest(init), { maxBytes: 1000 })
    assert.equal((await parts.next()).done, false)
  })

  it('refuses unknown and impossible limits', () => {
    assert.throws(() => multipart(upload([]), { maxFile: 1 } as never), { code: 'CORE_OPTION' })
    assert.throws(() => multipart(upload([]), { maxFiles: -1 }), { code: 'CORE_OPTION' })
  })
})

const TWO_FILES = Buffer.from(
  '--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nfirst\r\n' +
    '--b\r\nContent-Disposition: form-data; name="b"; filename="b"\r\n\r\nsecond\r\n--b--\r\n',
)

describe('MultipartPart', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fasterapi-test-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('is skipped if nobody reads it', async () => {
    for (const [split, chunks] of splits(TWO_FILES)) {
      const names: string[] = []
      for await (const part of multipart(upload(chunks))) names.push(part.name)
      assert.deepEqual(names, ['a', 'b'], split)
    }
  })

  it('keeps its limits also where it is skipped', async () => {
    const parts = multipart(upload([TWO_FILES]), { ...CASE_LIMITS, maxFileBytes: 4 })
    await parts.next()
    await assert.rejects(parts.next(), { status: 413 })
  })

  it('is read once, and not after the next one was asked for', async () => {
    const parts = multipart(upload([TWO_FILES]))
    const first = (await parts.next()).value as MultipartPart
    assert.equal(await first.text(), 'first')
    await assert.rejects(first.text(), { code: 'HTTP_MULTIPART_STATE' })
    const second = (await parts.next()).value as MultipartPart
    await parts.next()
    await assert.rejects(second.bytes(), { code: 'HTTP_MULTIPART_STATE' })
  })

  it('is not read in two places at once', async () => {
    const pieces = Array.from(TWO_FILES, (_, at) => TWO_FILES.subarray(at, at + 1))
    const part = (await multipart(upload(pieces)).next()).value as MultipartPart
    const first = part.bytes()
    await assert.rejects(part.bytes(), { code: 'HTTP_MULTIPART_STATE' })
    assert.equal(Buffer.from(await first).toString(), 'first')
  })

  it('reads no more of the body than it is asked for', async () => {
    let read = 0
    const request = upload(
      (function* () {
        for (; read < TWO_FILES.length; read++) yield TWO_FILES.subarray(read, read + 1)
      })(),
    )
    const parts = multipart(request)
    assert.equal(read, 0)
    await parts.next()
    assert.equal(read, TWO_FILES.indexOf('first') - 1)
  })

  it('gives the body up when the loop is left', async () => {
    let isEnded = false
    const request = upload(
      (function* () {
        try {
          yield TWO_FILES.subarray(0, 80)
          yield TWO_FILES.subarray(80)
        } finally {
          isEnded = true
        }
      })(),
    )
    for await (const part of multipart(request)) if (part.name === 'a') break
    assert.equal(isEnded, true)
  })

  it('fails where the source does', async () => {
    const request = upload(
      (function* () {
        yield TWO_FILES.subarray(0, 64)
        throw new HttpError(400, 'cut off')
      })(),
    )
    const part = (await multipart(request).next()).value as MultipartPart
    await assert.rejects(part.bytes(), { detail: 'cut off' })
  })

  it('refuses text that is not UTF-8', async () => {
    const body = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xe4\r\n--b--'
    const part = (await multipart(upload([Buffer.from(body, 'latin1')])).next())
      .value as MultipartPart
    await assert.rejects(part.text(), { status: 400, detail: 'The field "a" is not UTF-8' })
  })

  it('is written to a new file that only its owner can read', async () => {
    const part = (await multipart(upload([TWO_FILES])).next()).value as MultipartPart
    const path = join(folder, 'saved')
    assert.equal(await part.saveTo(path), 5)
    assert.equal(await readFile(path, 'utf8'), 'first')
    if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600)
    const again = (await multipart(upload([TWO_FILES])).next()).value as MultipartPart
    await assert.rejects(again.saveTo(path), { code: 'EEXIST' })
    assert.equal(await readFile(path, 'utf8'), 'first')
  })

  it('leaves no file behind if it cannot be read to its end', async () => {
    const part = (await multipart(upload([TWO_FILES.subarray(0, 70)])).next())
      .value as MultipartPart
    const path = join(folder, 'cut-off')
    await assert.rejects(part.saveTo(path), { status: 400 })
    assert.equal(existsSync(path), false)
  })
})
