import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { createChat } from '../../examples/websocket-chat/app.ts'
import { chatDatabase } from '../../examples/websocket-chat/database/connect.ts'
import { PgPool } from '../../src/pg/index.ts'
import { TestClient, type TestSocket } from '../../src/testing/index.ts'
import { testDatabase } from '../support/postgres.ts'
import { ChatClient } from './support/chat-client.ts'
import { fillRoom } from './support/fill-room.ts'

interface Joined {
  readonly chat: ChatClient
  readonly socket: TestSocket
}

describe('the chat example', () => {
  let server: Awaited<ReturnType<typeof testDatabase>>
  let client: TestClient
  let db: PgPool
  let rooms = 0

  before(async () => {
    server = await testDatabase()
    client = new TestClient(createChat(chatDatabase(server.url)))
    await client.start()
    db = new PgPool(server.url, { max: 1 })
  })
  after(async () => {
    await client.close()
    await db.close()
    await server.stop()
  })

  /** @returns a room nobody has been in */
  function freshRoom(): string {
    return `room-${++rooms}`
  }

  async function open(room: string, session?: string): Promise<Joined> {
    const socket = await client.connect(`/rooms/${room}/socket`)
    return { socket, chat: new ChatClient(socket, session) }
  }

  async function join(room: string, name: string, session?: string): Promise<Joined> {
    const joined = await open(room, session)
    await joined.chat.join(name)
    return joined
  }

  async function json<Value>(path: string): Promise<Value> {
    const response = await client.get(path)
    assert.equal(response.status, 200, response.text)
    return response.json<Value>()
  }

  it('brings a message to everybody in the room, the sender included, and to no other room', async () => {
    const room = freshRoom()
    const { chat: ann } = await join(room, 'Ann')
    const { chat: bob } = await join(room, 'Bob')
    const { chat: eve } = await join(freshRoom(), 'Eve')
    const key = ann.say('hello')
    const heard = await bob.hear()
    assert.deepEqual(Object.keys(heard), ['id', 'key', 'author', 'text', 'sentAt'])
    assert.deepEqual([heard.id, heard.key, heard.author, heard.text], [1, key, 'Ann', 'hello'])
    assert.deepEqual(await ann.hear(), heard)
    eve.say('is anybody here?')
    assert.equal((await eve.hear()).text, 'is anybody here?')
  })

  it('keeps the order of what one says, and numbers a room without gaps', async () => {
    const { chat: ann } = await join(freshRoom(), 'Ann')
    const texts = Array.from({ length: 15 }, (_, index) => `message ${index + 1}`)
    for (const text of texts) ann.say(text)
    for (const [index, text] of texts.entries()) {
      const { id, text: heard } = await ann.hear()
      assert.deepEqual([id, heard], [index + 1, text])
    }
  })

  it('numbers without gaps while many talk at once, some of them twice', async () => {
    const room = freshRoom()
    const people = await Promise.all(
      Array.from({ length: 8 }, (_, index) => join(room, `Person ${index}`)),
    )
    const { chat: listener } = await join(room, 'Listener')
    for (const { chat } of people) {
      for (let turn = 0; turn < 3; turn++) chat.say(`again ${turn}`, chat.say(`turn ${turn}`))
    }
    const ids = new Set<number>()
    for (let heard = 0; heard < 48; heard++) ids.add((await listener.hear()).id)
    assert.deepEqual(
      [...ids].toSorted((a, b) => a - b),
      Array.from({ length: 24 }, (_, index) => index + 1),
    )
  })

  it('keeps a message once, whoever is unsure and sends it again', async () => {
    const room = freshRoom()
    const first = await join(room, 'Ann')
    const key = first.chat.say('only once')
    const kept = await first.chat.hear()
    await first.socket.close()
    const { chat: again } = await join(room, 'Ann', first.chat.session)
    again.say('only once', key)
    assert.deepEqual(await again.hear(), kept)
    const { messages } = await json<{ messages: unknown[] }>(`/rooms/${room}/messages`)
    assert.equal(messages.length, 1)
  })

  it('gives the last 50 messages to who joins, and pages to who asks', async () => {
    const room = freshRoom()
    await fillRoom(db, room, 120)
    const { chat } = await open(room)
    const [, history] = await chat.join('Ann')
    assert.equal(history.last, 120)
    assert.deepEqual([history.messages[0]?.id, history.messages.at(-1)?.id], [71, 120])

    type Page = { messages: { id: number; text: string }[] }
    const ids = async (query: string) => {
      const { messages } = await json<Page>(`/rooms/${room}/messages?${query}`)
      return messages.map(({ id }) => id)
    }
    assert.deepEqual(await ids('before=71&limit=3'), [68, 69, 70])
    assert.deepEqual(await ids('after=118'), [119, 120])
    assert.deepEqual(await ids('before=1'), [])
    assert.equal((await client.get(`/rooms/${room}/messages?limit=101`)).status, 422)
    assert.equal((await client.get('/rooms/No_Room!/messages')).status, 422)
  })

  it('resumes after the last message that was seen, page by page', async () => {
    const room = freshRoom()
    await fillRoom(db, room, 170)
    const { chat } = await open(room)
    const seen: number[] = []
    let [, { messages, last }] = await chat.join('Ann', 60)
    for (;;) {
      seen.push(...messages.map(({ id }) => id))
      const newest = seen.at(-1) ?? 0
      if (newest === last) break
      chat.send({ type: 'resume', after: newest })
      ;({ messages, last } = await chat.next('history'))
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 110 }, (_, index) => 61 + index),
    )
  })

  it('tells who is here, each name once, and who has gone', async () => {
    const room = freshRoom()
    const { chat: ann } = await join(room, 'Ann')
    await ann.untilHere('Ann')
    const bob = await join(room, 'Bob')
    await ann.untilHere('Ann', 'Bob')
    const secondTab = await join(room, 'Bob', bob.chat.session)
    bob.socket.terminate()
    const { chat: cora } = await join(room, 'Cora')
    await cora.untilHere('Ann', 'Bob', 'Cora')
    await secondTab.socket.close()
    await ann.untilHere('Ann', 'Cora')
    assert.deepEqual(await json(`/rooms/${room}/members`), { names: ['Ann', 'Cora'] })
    ann.say('hi')
    await ann.hear()
    const all = await json<{ name: string; members: number; lastId: number }[]>('/rooms')
    const own = all.find(({ name }) => name === room)
    assert.deepEqual(own, { name: room, lastId: 1, members: 2 })
  })

  it('refuses a name that somebody else in the room has, in any case of letters', async () => {
    const room = freshRoom()
    await join(room, 'Ann')
    for (const name of ['Ann', 'ANN', 'Ａnn']) {
      const { chat, socket } = await open(room)
      chat.send({ type: 'join', name, session: chat.session })
      assert.equal((await chat.next('error')).code, 'name_taken')
      assert.equal((await socket.closed).code, 4409)
    }
    await join(freshRoom(), 'Ann')
  })

  const session = randomUUID()
  const badJoins: [string, string][] = [
    ['no JSON', '{'],
    ['no object', '42'],
    ['an inherited type', '{"type":"constructor"}'],
    ['another type first', JSON.stringify({ type: 'say', key: session, text: 'x' })],
    ['no name', JSON.stringify({ type: 'join', session })],
    ['an empty name', JSON.stringify({ type: 'join', session, name: '' })],
    ['a name of 25', JSON.stringify({ type: 'join', session, name: 'x'.repeat(25) })],
    ['a name with markup', JSON.stringify({ type: 'join', session, name: '<b>Ann</b>' })],
    ['a name with a trailing space', JSON.stringify({ type: 'join', session, name: 'Ann ' })],
    ['a name of invisible signs', JSON.stringify({ type: 'join', session, name: '\u202eAnn' })],
    ['a session that is no UUID', JSON.stringify({ type: 'join', session: '1', name: 'Ann' })],
    ['a negative id', JSON.stringify({ type: 'join', session, name: 'Ann', after: -1 })],
  ]
  for (const [what, text] of badJoins) {
    it(`refuses to let in who begins with ${what}`, async () => {
      const { chat, socket } = await open(freshRoom())
      socket.send(text)
      assert.equal((await chat.next('error')).code, 'invalid')
      assert.equal((await socket.closed).code, 4400)
    })
  }

  it('takes names of other scripts', async () => {
    const { chat } = await open(freshRoom())
    assert.equal((await chat.join('Zoë अनुष्का 李'))[0].name, 'Zoë अनुष्का 李')
  })

  const badMessages: [string, string | Uint8Array][] = [
    ['bytes', Uint8Array.of(1, 2)],
    ['an empty text', JSON.stringify({ type: 'say', key: session, text: '' })],
    ['spaces only', JSON.stringify({ type: 'say', key: session, text: ' \n\t ' })],
    ['2,001 characters', JSON.stringify({ type: 'say', key: session, text: 'x'.repeat(2_001) })],
    ['a NUL', JSON.stringify({ type: 'say', key: session, text: 'a\0b' })],
    ['a key that is no UUID', JSON.stringify({ type: 'say', key: 'x', text: 'a' })],
    ['an unknown type', JSON.stringify({ type: 'shout', key: session, text: 'a' })],
    ['a second join', JSON.stringify({ type: 'join', name: 'Bob', session })],
  ]
  for (const [what, message] of badMessages) {
    it(`answers ${what} with an error, and goes on`, async () => {
      const { chat, socket } = await join(freshRoom(), 'Ann')
      socket.send(message)
      const { code, detail } = await chat.next('error')
      assert.equal(code, 'invalid')
      assert.ok(detail.length < 200, detail)
      chat.say('still here')
      assert.equal((await chat.hear()).text, 'still here')
    })
  }

  it('closes with 1009 for a message of more than 32 KiB', async () => {
    const { socket } = await join(freshRoom(), 'Ann')
    socket.send('x'.repeat(33_000))
    assert.equal((await socket.closed).code, 1009)
  })

  it('says slow down with the key of the message, and closes on who does not', async () => {
    const { chat, socket } = await join(freshRoom(), 'Ann')
    const keys = Array.from({ length: 400 }, (_, index) => chat.say(`message ${index}`))
    const refused = await chat.next('error')
    assert.equal(refused.code, 'slow_down')
    assert.ok(keys.indexOf(refused.key ?? '') >= 20, 'a burst of 20 is allowed')
    assert.equal((await socket.closed).code, 4429)
  })

  it('answers 422 for a room that can have no name, and 403 for a page of another site', async () => {
    await assert.rejects(async () => await client.connect('/rooms/No_Room!/socket'), /422/)
    const headers = { host: 'chat.example', origin: 'https://evil.example' }
    await assert.rejects(
      async () => await client.connect('/rooms/lobby/socket', { headers }),
      /403/,
    )
  })
})
