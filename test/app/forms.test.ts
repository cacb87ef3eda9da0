import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { body, dep, file, files, form, parts, query, rawBody } from '../../src/app/index.ts'
import { array, int, object, optional, str } from '../../src/schema/index.ts'
import type { TestRequestOptions } from '../../src/testing/index.ts'
import { locations, makeApp } from './support.ts'

/** A request as a browser sends a form. */
function sent(entries: readonly (readonly [string, string | File])[]): TestRequestOptions {
  const form = new FormData()
  for (const [name, value] of entries) form.append(name, value)
  return { form }
}

function urlencoded(body: string): TestRequestOptions {
  return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }
}

const PNG = new File(['png bytes'], 'a.png', { type: 'image/png' })
const TEXT = new File(['some text'], 'b.txt', { type: 'text/plain' })

describe('form', () => {
  const { app, client } = makeApp()
  app.post(
    '/fields',
    {
      in: {
        name: form(),
        age: form(int({ min: 0 })),
        tags: form('tag', array(str(), { default: [] })),
        note: form(optional(str())),
      },
    },
    (inputs) => inputs,
  )
  const Login = object({ user: str(), pin: int(), tags: array(str(), { default: [] }) })
  const Strict = object({ user: str() }, { extra: 'forbid' })
  app.post('/model', { in: { login: form(Login) } }, ({ login }) => login)
  app.post('/strict', { in: { data: form(Strict) } }, ({ data }) => data)

  const SAME = [
    ['name', 'Ann B'],
    ['age', '40'],
    ['tag', 'a'],
    ['tag', 'b'],
  ] as const
  const READ = { name: 'Ann B', age: 40, tags: ['a', 'b'] }

  it('reads either type of form', async () => {
    const encoded = { form: new URLSearchParams(SAME.map(([...pair]) => pair)) }
    assert.deepEqual((await client.post('/fields', encoded)).json(), READ)
    assert.deepEqual((await client.post('/fields', sent(SAME))).json(), READ)
  })

  it('says all that is wrong, at its place in the body', async () => {
    const response = await client.post('/fields', urlencoded('age=-1&tag='))
    assert.equal(response.status, 422)
    assert.deepEqual(locations(response), ['missing body.name', 'greater_than_equal body.age'])
    assert.deepEqual(locations(await client.post('/fields')), [
      'missing body.name',
      'missing body.age',
    ])
  })

  it('takes an empty field for one that was not filled in', async () => {
    const response = await client.post('/fields', urlencoded('name=&age=5&note='))
    assert.deepEqual(locations(response), ['missing body.name'])
  })

  it('reads a whole form as an object', async () => {
    const good = await client.post('/model', urlencoded('user=ann&pin=7&tags=x&other=1'))
    assert.deepEqual(good.json(), { user: 'ann', pin: 7, tags: ['x'] })
    const bad = await client.post('/model', urlencoded('pin=x'))
    assert.deepEqual(locations(bad), ['missing body.user', 'int_parsing body.pin'])
  })

  it('refuses undeclared fields where the object does', async () => {
    const response = await client.post('/strict', urlencoded('user=ann&admin=1&admin=2'))
    assert.deepEqual(locations(response), ['extra_forbidden body.admin'])
  })

  it('does not echo long texts', async () => {
    const response = await client.post('/fields', urlencoded(`name=x&age=${'9'.repeat(5000)}`))
    assert.equal(response.status, 422)
    assert.ok(response.text.length < 2000)
  })

  const REFUSED: readonly (readonly [string, TestRequestOptions, number, RegExp])[] = [
    ['JSON', { json: {} }, 415, /Expected content-type multipart\/form-data or/],
    ['no content type', { body: 'a=1' }, 415, /got none/],
    ['a broken percent sign', urlencoded('name=%4'), 400, /% is not followed by two/],
    ['bytes that are no UTF-8', urlencoded('name=%E4'), 400, /not UTF-8/],
    [
      'raw bytes that are no UTF-8',
      { ...urlencoded(''), body: Buffer.from([0x61, 0x3d, 0xe4]) },
      400,
      /not UTF-8/,
    ],
    ['too many fields', urlencoded('a&'.repeat(1001)), 413, /more than 1000 fields/],
    ['a long name', urlencoded('a'.repeat(256)), 413, /name of a field is longer than 255/],
    [
      'a multipart without boundary',
      { headers: { 'content-type': 'multipart/form-data' }, body: '' },
      400,
      /no boundary/,
    ],
    [
      'a broken multipart',
      { headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: '--b\r\n' },
      400,
      /Malformed multipart/,
    ],
  ]
  for (const [what, options, status, detail] of REFUSED) {
    it(`answers ${what} with ${status}`, async () => {
      const response = await client.post('/fields', options)
      assert.equal(response.status, status)
      assert.match(response.json<{ detail: string }>().detail, detail)
    })
  }

  it('keeps the limits of its route', async () => {
    const { app, client } = makeApp()
    const options = {
      in: { a: form() },
      maxBodyBytes: 50,
      form: { maxFields: 2, maxFieldBytes: 5 },
    }
    app.post('/', options, ({ a }) => a)
    assert.equal((await client.post('/', urlencoded('a=12345'))).status, 200)
    assert.equal((await client.post('/', urlencoded('a=123456'))).status, 413)
    assert.equal((await client.post('/', urlencoded('a=1&b=2&c=3'))).status, 413)
    assert.equal((await client.post('/', urlencoded(`a=${'1'.repeat(60)}`))).status, 413)
  })
})

describe('file', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fasterapi-test-'))
  })
  after(() => rm(folder, { recursive: true }))

  const { app, client } = makeApp()
  app.post(
    '/one',
    {
      in: {
        photo: file({ contentTypes: ['image/*', 'application/pdf'], maxBytes: 100 }),
        spare: file({ optional: true }),
        title: form(optional(str())),
      },
    },
    async ({ photo, spare, title }) => ({
      about: [photo.filename, photo.contentType, photo.size, await photo.text()],
      path: photo.path,
      spare: spare?.filename,
      title,
    }),
  )
  app.post('/many', { in: { photos: files() } }, ({ photos }) =>
    photos.map(({ filename }) => filename),
  )
  app.post(
    '/any',
    { in: { photos: files({ name: 'photo', optional: true }) } },
    ({ photos }) => photos.length,
  )

  it('is given with what the client says about it', async () => {
    const request = sent([
      ['title', 'hi'],
      ['photo', PNG],
    ])
    assert.deepEqual((await client.post('/one', request)).json(), {
      about: ['a.png', 'image/png', 9, 'png bytes'],
      title: 'hi',
    })
  })

  it('is missing where there is none, or none was chosen', async () => {
    assert.deepEqual(locations(await client.post('/one', sent([]))), ['missing body.photo'])
    const empty = sent([['photo', new File([], '')]])
    assert.deepEqual(locations(await client.post('/one', empty)), ['missing body.photo'])
    const text = sent([['photo', 'text']])
    assert.deepEqual(locations(await client.post('/one', text)), ['missing body.photo'])
    assert.deepEqual(locations(await client.post('/many', sent([]))), ['missing body.photos'])
    assert.equal((await client.post('/any', sent([]))).json(), 0)
  })

  it('may be one of several', async () => {
    const request = sent([
      ['photos', PNG],
      ['photos', TEXT],
      ['photo', PNG],
    ])
    assert.deepEqual((await client.post('/many', request)).json(), ['a.png', 'b.txt'])
    assert.equal((await client.post('/any', request)).json(), 1)
  })

  it('is refused if it is of another type, or too large', async () => {
    const response = await client.post('/one', sent([['photo', TEXT]]))
    assert.deepEqual(response.json(), {
      detail: [
        {
          type: 'file_type',
          loc: ['body', 'photo'],
          msg: 'File should be of type image/*, application/pdf',
          input: 'text/plain',
          ctx: { expected: 'image/*, application/pdf' },
        },
      ],
    })
    const large = sent([['photo', new File(['x'.repeat(101)], 'a.png', { type: 'image/png' })]])
    const refused = await client.post('/one', large)
    assert.equal(refused.status, 413)
    assert.match(refused.text, /The file \\"photo\\" is larger than 100 bytes/)
  })

  const LARGE = new File(['x'.repeat(100_000)], 'large', { type: 'text/plain' })

  for (const outcome of ['answers', 'fails', 'does not get its inputs'] as const) {
    it(`is on disk if it is large, and removed when the handler ${outcome}`, async () => {
      const { app, client } = makeApp()
      let path: string | undefined
      const guard = dep(() => {
        if (outcome === 'does not get its inputs') throw new Error('refused')
      })
      app.post(
        '/',
        { in: { file: file(), guard }, form: { directory: folder } },
        async ({ file }) => {
          path = file.path
          assert.ok(path?.startsWith(folder))
          assert.equal((await readFile(path ?? '')).length, file.size)
          if (outcome === 'fails') throw new Error('broken')
          await file.saveTo(join(folder, 'kept'))
          return file.size
        },
      )
      const request = sent([['file', LARGE]])
      const response = await client.post('/', request)
      assert.equal(response.status, outcome === 'answers' ? 200 : 500)
      assert.deepEqual(await readdir(folder), outcome === 'answers' ? ['kept'] : [])
      if (outcome === 'answers')
        assert.equal((await readFile(join(folder, 'kept'))).length, 100_000)
      await rm(join(folder, 'kept'), { force: true })
    })
  }

  it('is removed if the form turns out to be broken', async () => {
    const { app, client } = makeApp()
    app.post('/', { in: { file: file() }, form: { directory: folder } }, () => 'never')
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    const cut = { headers, body: head + 'x'.repeat(100_000) }
    assert.equal((await client.post('/', cut)).status, 400)
    assert.deepEqual(await readdir(folder), [])
  })

  it('of another name is not kept', async () => {
    const { app, client } = makeApp()
    const options = { in: { file: file({ optional: true }) }, form: { directory: folder } }
    app.post('/', options, async () => (await readdir(folder)).length)
    assert.equal((await client.post('/', sent([['other', LARGE]]))).json(), 0)
  })

  it('is not waited for if other inputs are wrong already', async () => {
    const { app, client } = makeApp()
    app.post('/', { in: { file: file(), page: query(int()) } }, () => 'never')
    const request = {
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: 'broken',
    }
    assert.deepEqual(locations(await client.post('/?page=x', request)), ['int_parsing query.page'])
  })

  for (const options of [
    { maxSize: 5 },
    { maxBytes: -1 },
    { contentTypes: ['png'] },
    { name: '' },
    { optional: 1 },
  ]) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => file(options as never), { code: 'CORE_OPTION' })
    })
  }
})

describe('parts', () => {
  const { app, client } = makeApp()
  app.post('/', { in: { parts: parts({ maxFiles: 1 }) } }, async ({ parts }) => {
    const seen: string[] = []
    for await (const part of parts) seen.push(`${part.name}=${await part.text()}`)
    return seen
  })

  it('come as they arrive', async () => {
    const request = sent([
      ['a', '1'],
      ['f', TEXT],
    ])
    assert.deepEqual((await client.post('/', request)).json(), ['a=1', 'f=some text'])
  })

  it('keep their limits', async () => {
    const request = sent([
      ['f', TEXT],
      ['f', TEXT],
    ])
    assert.equal((await client.post('/', request)).status, 413)
  })

  it('are refused where the body is something else', async () => {
    assert.equal((await client.post('/', { json: {} })).status, 415)
  })
})

describe('inputs of the body', () => {
  const MIXED = [
    { a: form(), b: body(str()) },
    { a: file(), b: rawBody() },
    { a: parts(), b: form() },
  ]
  for (const inputs of MIXED) {
    const names = Object.values(inputs).map(({ source }) => source)
    it(`cannot be ${names.join(' and ')} at once`, async () => {
      const { app } = makeApp()
      app.post('/', { in: inputs }, () => 'never')
      await assert.rejects(app.start().toPromise(), {
        code: 'APP_ROUTE',
        message: /reads the body as/,
      })
    })
  }

  it('are in the OpenAPI document', async () => {
    const { app } = makeApp()
    app.post('/login', { in: { user: form(), age: form(optional(int())) } }, () => 1)
    app.post(
      '/upload',
      { in: { title: form(), photo: file(), more: files({ optional: true }) } },
      () => 1,
    )
    app.post('/model', { in: { data: form(object({ a: str() }, { title: 'Model' })) } }, () => 1)
    await app.start()
    const document = app.openapi() as {
      paths: Record<string, { post: { requestBody: unknown; responses: object } }>
      components: { schemas: Record<string, unknown> }
    }
    const { paths, components } = document
    assert.deepEqual(paths['/login']?.post.requestBody, {
      content: {
        'application/x-www-form-urlencoded': {
          schema: { $ref: '#/components/schemas/Body_post_login' },
        },
      },
      required: true,
    })
    assert.deepEqual(paths['/model']?.post.requestBody, {
      content: {
        'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/Model' } },
      },
      required: true,
    })
    const binary = {
      type: 'string',
      format: 'binary',
      contentMediaType: 'application/octet-stream',
    }
    assert.deepEqual(components.schemas['Body_post_upload'], {
      properties: {
        title: { type: 'string', title: 'Title' },
        photo: { ...binary, title: 'Photo' },
        more: { items: binary, type: 'array', title: 'More' },
      },
      type: 'object',
      required: ['title', 'photo'],
      title: 'Body_post_upload',
    })
    assert.ok('422' in (paths['/upload']?.post.responses ?? {}))
    await app.stop()
  })
})

describe('a temporary file', () => {
  it('lasts as long as the response that is streamed from it', async () => {
    const { app, client } = makeApp()
    let path = ''
    app.post('/', { in: { file: file() }, form: { memoryBytes: 0 } }, async ({ file }) => {
      const { HttpResponse, StreamBody } = await import('../../src/http/index.ts')
      path = file.path ?? ''
      return new HttpResponse(200, new StreamBody(file), 'text/plain')
    })
    assert.equal((await client.post('/', sent([['file', TEXT]]))).text, 'some text')
    assert.equal(existsSync(path), false)
  })
})
