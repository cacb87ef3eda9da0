import {
  App,
  array,
  body,
  dep,
  HttpError,
  type Infer,
  int,
  nullable,
  object,
  optional,
  query,
  str,
} from '../../../src/index.ts'
import { PgPool } from '../../../src/pg/index.ts'

const age = nullable(int(), { default: null })
const HeroPublic = object({ name: str(), age, id: int() }, { title: 'HeroPublic' })
const HeroCreate = object({ name: str(), age, secret_name: str() }, { title: 'HeroCreate' })
const HeroUpdate = object(
  {
    name: optional(nullable(str())),
    age: optional(nullable(int())),
    secret_name: optional(nullable(str())),
  },
  { title: 'HeroUpdate' },
)

/** A row; answers leave `secret_name` out, as `out` says. */
type Hero = Infer<typeof HeroCreate> & { readonly id: number }

const database = dep({ scope: 'core' }, async function* () {
  const pool = new PgPool(process.env['DATABASE_URL'])
  await pool.exec(`
    create table if not exists hero (
      id int generated always as identity primary key,
      name text not null,
      age int,
      secret_name text not null
    )`)
  try {
    yield pool
  } finally {
    await pool.close()
  }
})

const notFound = (): never => {
  throw new HttpError(404, 'Hero not found')
}

export const app = new App()

app.post(
  '/heroes/',
  { in: { hero: body(HeroCreate), database }, out: { 200: HeroPublic } },
  ({ hero: { name, age, secret_name }, database }) =>
    database.one<Hero>(
      'insert into hero (name, age, secret_name) values ($1, $2, $3) returning *',
      [name, age, secret_name],
    ),
)

app.get(
  '/heroes/',
  {
    in: {
      database,
      offset: query(int({ default: 0 })),
      limit: query(int({ max: 100, default: 100 })),
    },
    out: { 200: array(HeroPublic) },
  },
  ({ database, offset, limit }) =>
    database.many<Hero>('select * from hero order by id offset $1 limit $2', [offset, limit]),
)

app.get(
  '/heroes/{hero_id:int}',
  { in: { database }, out: { 200: HeroPublic } },
  ({ database, hero_id }) =>
    database
      .maybeOne<Hero>('select * from hero where id = $1', [hero_id])
      .then((hero) => hero ?? notFound()),
)

app.patch(
  '/heroes/{hero_id:int}',
  { in: { hero: body(HeroUpdate), database }, out: { 200: HeroPublic } },
  ({ hero_id, hero: changes, database }) =>
    database.transaction(async (tx) => {
      const sql = 'select * from hero where id = $1 for update'
      const hero = (await tx.maybeOne<Hero>(sql, [hero_id])) ?? notFound()
      const { name, age, secret_name } = { ...hero, ...changes } // keys that were sent, and no others
      return tx.one<Hero>(
        'update hero set name = $2, age = $3, secret_name = $4 where id = $1 returning *',
        [hero_id, name, age, secret_name],
      )
    }),
)

app.delete('/heroes/{hero_id:int}', { in: { database } }, ({ database, hero_id }) =>
  database
    .exec('delete from hero where id = $1', [hero_id])
    .then((deleted) => (deleted === 0 ? notFound() : { ok: true })),
)
