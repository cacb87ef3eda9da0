import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  App,
  body,
  del,
  events,
  file,
  form,
  get,
  header,
  operation,
  path,
  post,
  query,
  router,
} from '../../../src/app/index.ts'
import { array, int, literal, nullable, object, optional, str } from '../../../src/schema/index.ts'

const TSC = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url))
const GENERATE = fileURLToPath(new URL('./support/generate-types.ts', import.meta.url))

const Item = object(
  { id: int(), name: str(), note: nullable(str()), kind: literal('a', 'b'), size: optional(int()) },
  { title: 'Item' },
)
const Problem = object({ detail: str() }, { title: 'Problem' })

const items = router(
  {
    listItems: get(
      '/',
      {
        in: { limit: query(int({ default: 10 })), tag: query(array(str(), { default: [] })) },
        out: { 200: array(Item) },
      },
      () => [],
    ),
    readItem: get(
      '/{id:int}',
      { in: { id: path(int()) }, out: { 200: Item, 404: Problem } },
      ({ id }) => ({ id, name: 'a', note: null, kind: 'a' as const }),
    ),
    createItem: post(
      '/',
      { in: { item: body(Item), key: header('x-key', optional(str())) }, out: { 201: Item } },
      ({ item }) => item,
    ),
    addPicture: post('/{id:int}/picture', { in: { picture: file(), alt: form() } }, () => 1),
    removeItem: del('/{id:int}', { out: { 204: null } }, () => undefined),
    watch: get('/watch', { out: { 200: events(Item) } }, async function* () {}),
  },
  { prefix: '/items', tags: ['items'] },
)

/** What a user of the generated types writes; each line that must not compile says so. */
const USE = `
import type { components, operations, paths, webhooks } from './api.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <T extends true>(): T | undefined => undefined

type Item = components['schemas']['Item']
same<Equal<Item['note'], string | null>>()
same<Equal<Item['kind'], 'a' | 'b'>>()
same<Equal<Item['size'], number | undefined>>()

const item: Item = { id: 1, name: 'a', note: null, kind: 'a' }
// @ts-expect-error -- the note is missing
const wrong: Item = { id: 1, name: 'a', kind: 'a' }

type Read = operations['read_item_items__id__get']
same<Equal<Read['parameters']['path']['id'], number>>()
same<Equal<Read['responses'][404]['content']['application/json']['detail'], string>>()
same<Equal<Read['responses'][200]['content']['application/json'], Item>>()

type List = paths['/items/']['get']['parameters']
same<Equal<NonNullable<List['query']>['limit'], number | undefined>>()
same<Equal<NonNullable<List['query']>['tag'], string[] | undefined>>()

type Create = paths['/items/']['post']
same<Equal<Create['requestBody']['content']['application/json'], Item>>()
same<Equal<NonNullable<Create['parameters']['header']>['x-key'], string | undefined>>()
same<Equal<Create['responses'][422]['content']['application/json']['detail'], components['schemas']['ValidationError'][] | undefined>>()
same<Equal<operations['remove_item_items__id__delete']['responses'][204]['content'], undefined>>()
same<Equal<webhooks['new-item']['post']['requestBody']['content']['application/json'], Item>>()
// @ts-expect-error -- there is no such path
type None = paths['/nothing']

export { item, wrong, type None }
`

describe('the types that openapi-typescript makes of our document', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-types-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('compile strictly, and say what the routes declare', async () => {
    const app = new App({
      webhooks: { 'new-item': operation('POST', { in: { item: body(Item) } }) },
    })
    app.include(items)
    await app.start().toPromise()
    const input = JSON.stringify(app.openapi())
    await app.stop().toPromise()

    const types = execFileSync(process.execPath, [GENERATE], { input, encoding: 'utf8' })
    writeFileSync(join(folder, 'api.ts'), types)
    writeFileSync(join(folder, 'use.ts'), USE)
    const flags = ['--strict', '--noEmit', '--allowImportingTsExtensions', '--module', 'nodenext']
    const { status, stdout } = spawnSync(
      TSC,
      [...flags, '--target', 'esnext', join(folder, 'use.ts')],
      { encoding: 'utf8', cwd: folder },
    )
    assert.equal(status, 0, stdout)
  })
})
