/** What travels over a room's WebSocket, both ways: JSON objects with a `type`. */
import {
  array,
  datetime,
  type Infer,
  int,
  literal,
  object,
  optional,
  type Schema,
  str,
  uuid,
  ValidationError,
} from '../../src/index.ts'

export const RoomName = str({
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
  description: 'Small letters, digits and dashes; at most 32.',
  examples: ['lobby'],
})

const Nickname = str({
  pattern: /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,22}[\p{L}\p{M}\p{N}])?$/u,
  description:
    'Letters and digits of any script; spaces, dots, dashes and underscores between them.',
})

/** Something to be seen, and no NUL, which PostgreSQL does not store. */
const Text = str({ maxLength: 2_000, pattern: /^\s*[^\s\0][^\0]*$/ })

export const MessageId = int({ min: 0, max: 2 ** 31 - 1 })

export const Message = object(
  { id: MessageId, key: uuid(), author: str(), text: str(), sentAt: datetime() },
  { title: 'Message' },
)
export type Message = Infer<typeof Message>

export const RoomSummary = object(
  { name: RoomName, lastId: MessageId, members: int({ min: 0 }) },
  { title: 'RoomSummary' },
)
export type RoomSummary = Infer<typeof RoomSummary>

const clientFrames = {
  /** Comes first. `session` is the browser's secret: with it a name that is in use may be used again. */
  join: object({
    type: literal('join'),
    name: Nickname,
    session: uuid(),
    after: optional(MessageId),
  }),
  say: object({ type: literal('say'), key: uuid(), text: Text }),
  /** Asks for what came after a message: after a gap, or while there is more history. */
  resume: object({ type: literal('resume'), after: MessageId }),
}

type ClientFrames = { [Type in keyof typeof clientFrames]: Infer<(typeof clientFrames)[Type]> }
export type ClientFrame = ClientFrames[keyof ClientFrames]
export type Join = ClientFrames['join']
export type Say = ClientFrames['say']

const ErrorCode = literal('invalid', 'name_taken', 'slow_down', 'unavailable')
export type ErrorCode = Infer<typeof ErrorCode>

const serverFrames = {
  welcome: object({
    type: literal('welcome'),
    room: RoomName,
    name: Nickname,
    reactor: int({ min: 0 }),
  }),
  /** `last` is the newest message of the room: if it is not among these, ask for more. */
  history: object({ type: literal('history'), messages: array(Message), last: MessageId }),
  message: object({ type: literal('message'), message: Message }),
  /** Who is here: the first names, and how many there are. */
  presence: object({ type: literal('presence'), names: array(str()), count: int({ min: 0 }) }),
  error: object({
    type: literal('error'),
    code: ErrorCode,
    detail: str(),
    key: optional(uuid()),
  }),
}

type ServerFrames = { [Type in keyof typeof serverFrames]: Infer<(typeof serverFrames)[Type]> }
export type ServerFrame = ServerFrames[keyof ServerFrames]

/** @returns the frame, or what is wrong with it */
export function decodeFrame(message: string | Uint8Array): ClientFrame | string {
  if (typeof message !== 'string') return 'Messages are text'
  try {
    const value: unknown = JSON.parse(message)
    const schema = schemaOf(value)
    return schema === undefined ? 'type: not one of join, say, resume' : schema.parse(value)
  } catch (error) {
    if (error instanceof ValidationError) return error.message
    if (error instanceof SyntaxError) return 'Messages are JSON'
    throw error
  }
}

function schemaOf(value: unknown): Schema<ClientFrame> | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  const { type } = value
  if (typeof type !== 'string' || !Object.hasOwn(clientFrames, type)) return undefined
  return clientFrames[type as keyof ClientFrames]
}

/**
 * A frame as text: what its schema declares, and nothing else.
 *
 * @throws {SerializationError} if it does not fit
 */
export function encodeFrame(frame: ServerFrame): string {
  const schema: Schema<unknown> = serverFrames[frame.type]
  return schema.stringify(frame)
}

/** Why this chat closes a socket, beside the codes of RFC 6455. */
export const CHAT_CLOSE = {
  /** The first message did not come, or was none. */
  NOT_JOINED: 4400,
  NAME_TAKEN: 4409,
  TOO_MANY_MESSAGES: 4429,
  /** Registered with IANA: come back in a moment. */
  TRY_AGAIN_LATER: 1013,
} as const
