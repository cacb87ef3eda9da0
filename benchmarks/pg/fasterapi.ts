import { PgPool } from '../../src/pg/index.ts'
import { serve, type WideRow } from './requesters.ts'

interface World {
  readonly id: number
  readonly randomnumber: number
}

await serve(async (port, connections) => {
  const pool = new PgPool(`postgresql://postgres:bench@127.0.0.1:${port}/postgres`, {
    max: connections,
  })
  await pool.query('select 1')
  return {
    one: (id) => pool.one<World>('select id, randomnumber from world where id = $1', [id]),
    rows: () => pool.many<WideRow>('select * from wide'),
  }
})
