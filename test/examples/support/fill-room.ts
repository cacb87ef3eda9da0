import type { PgPool } from '../../../src/pg/index.ts'

/** Puts messages into a room that has none, without a chat: `message 1`, `message 2`, ... */
export async function fillRoom(db: PgPool, room: string, count: number): Promise<void> {
  await db.exec('insert into rooms values ($1, $2)', [room, count])
  await db.exec(
    `insert into messages (room, id, key, author, text)
     select $1, id, gen_random_uuid(), 'Past', 'message ' || id from generate_series(1, $2::int) id`,
    [room, count],
  )
}
