import type { Future } from '../../../src/future/index.ts'
import { PgError, type PgPool } from '../../../src/pg/index.ts'
import type { Message, RoomSummary } from '../protocol.ts'

const UNIQUE_VIOLATION = '23505'
const COLUMNS = 'id, key, author, text, sent_at as "sentAt"'

export type Draft = Pick<Message, 'key' | 'author' | 'text'>

/** Which messages: the last ones before an id, or the first ones after it. */
export interface Page {
  readonly before?: number | undefined
  readonly after?: number | undefined
  readonly limit: number
}

/**
 * Keeps a message, once: who sends it again, unsure whether it has arrived, gets the first one.
 *
 * @param draft - `key` is the sender's, and the same in every attempt
 */
export function saveMessage(db: PgPool, room: string, draft: Draft): Future<Message> {
  const { key, author, text } = draft
  return db
    .one<Message>(
      `with place as (
         insert into rooms (name, last_id) values ($1, 1)
         on conflict (name) do update set last_id = rooms.last_id + 1
         returning last_id
       )
       insert into messages (room, id, key, author, text)
       select $1, last_id, $2::uuid, $3, $4 from place
       returning ${COLUMNS}`,
      [room, key, author, text],
    )
    .catchType(PgError, (error) => {
      if (error.sqlState !== UNIQUE_VIOLATION) throw error
      return db.one<Message>(`select ${COLUMNS} from messages where room = $1 and key = $2::uuid`, [
        room,
        key,
      ])
    })
}

/** @returns messages in the order of their ids */
export function findMessages(db: PgPool, room: string, page: Page): Future<Message[]> {
  const { before, after, limit } = page
  if (after !== undefined) {
    return db.many<Message>(
      `select ${COLUMNS} from messages where room = $1 and id > $2 order by id limit $3`,
      [room, after, limit],
    )
  }
  return db
    .many<Message>(
      `select ${COLUMNS} from messages where room = $1 and id < $2 order by id desc limit $3`,
      [room, before ?? 2 ** 31 - 1, limit],
    )
    .then((newestFirst) => newestFirst.toReversed())
}

/** @returns the id of the newest message; 0 in an empty room */
export function findLastId(db: PgPool, room: string): Future<number> {
  return db
    .maybeOne<{ id: number }>('select last_id as id from rooms where name = $1', [room])
    .then((row) => row?.id ?? 0)
}

/** @returns rooms that somebody has written in, by name */
export function findRooms(db: PgPool, limit: number): Future<Omit<RoomSummary, 'members'>[]> {
  return db.many(
    'select name, last_id as "lastId" from rooms order by last_id desc, name limit $1',
    [limit],
  )
}
