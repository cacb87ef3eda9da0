import {
  array,
  type Dependency,
  get,
  int,
  object,
  optional,
  path,
  query,
  type RouteGroup,
  router,
  str,
} from '../../src/index.ts'
import type { PgPool } from '../../src/pg/index.ts'
import { findMessages, findRooms } from './database/messages.ts'
import type { Presence } from './presence.ts'
import { Message, MessageId, RoomName, RoomSummary } from './protocol.ts'

const MAX_ROOMS = 100
const Members = object({ names: array(str()) }, { title: 'Members' })
const Messages = object({ messages: array(Message) }, { title: 'Messages' })

/** What the page asks for over HTTP. */
export function roomRoutes(db: Dependency<PgPool>, presence: Dependency<Presence>): RouteGroup {
  const rooms = get(
    '/rooms',
    { in: { db, presence }, out: { 200: array(RoomSummary) }, summary: 'The liveliest rooms' },
    async ({ db, presence }) => {
      const found = await findRooms(db, MAX_ROOMS)
      return found.map((room) => ({ ...room, members: presence.namesIn(room.name).length }))
    },
  )
  const members = get(
    '/rooms/{room}/members',
    { in: { room: path(RoomName), presence }, out: { 200: Members }, summary: 'Who is there' },
    ({ room, presence }) => ({ names: presence.namesIn(room) }),
  )
  const limit = query(int({ min: 1, max: 100, default: 50 }))
  const before = query(optional(MessageId))
  const after = query(optional(MessageId))
  const messages = get(
    '/rooms/{room}/messages',
    {
      in: { room: path(RoomName), before, after, limit, db },
      out: { 200: Messages },
      summary: 'The last messages before an id, or the first ones after it; oldest first',
    },
    async ({ room, before, after, limit, db }) => ({
      messages: await findMessages(db, room, { before, after, limit }),
    }),
  )
  return router({ rooms, members, messages }, { tags: ['rooms'] })
}
