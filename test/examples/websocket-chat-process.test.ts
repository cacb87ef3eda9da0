import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { after, afterEach, describe, it } from 'node:test'
import { WebSocket as WebSocketClient } from 'ws'
import { ExampleProgram } from '../support/example-program.ts'
import { startPostgres, type TestServer } from '../support/postgres.ts'
import { ChatClient, RealSocket } from './support/chat-client.ts'

interface Guest {
  readonly chat: ChatClient
  readonly socket: RealSocket
  readonly lastSeen: number
}

async function enter(
  url: string,
  room: string,
  name: string,
  resume: { session?: string; after?: number } = {},
): Promise<Guest & { reactor: number; missed: string[] }> {
  const socket = await RealSocket.open(url, room)
  const chat = new ChatClient(socket, resume.session)
  const [{ reactor }, { messages, last }] = await chat.join(name, resume.after)
  return { chat, socket, reactor, lastSeen: last, missed: messages.map(({ text }) => text) }
}

/** Opens sockets until each of two reactors has one. */
async function enterOnBoth(url: string, room: string): Promise<[Guest, Guest]> {
  const guests = new Map<number, Guest>()
  for (let attempt = 0; guests.size < 2; attempt++) {
    assert.ok(attempt < 100, 'one reactor got all connections')
    const guest = await enter(url, room, `Try ${attempt}`)
    if (guests.has(guest.reactor)) await guest.socket.close()
    else guests.set(guest.reactor, guest)
  }
  const [first, second] = [guests.get(0), guests.get(1)]
  assert.ok(first !== undefined && second !== undefined)
  return [first, second]
}

/** @returns whether nobody of that name is in the room `slow` */
async function isGone(url: string, name: string): Promise<boolean> {
  const response = await fetch(`${url}/rooms/slow/members`)
  return !((await response.json()) as { names: string[] }).names.includes(name)
}

/** Sends a message again, at the page's pace rather than as fast as it can. */
async function retry(chat: ChatClient, key: string): ReturnType<ChatClient['answerTo']> {
  await new Promise((resolve) => setTimeout(resolve, 250))
  chat.say('lost?', key)
  return chat.answerTo(key)
}

describe('the chat example as a process', () => {
  let postgres: TestServer | undefined

  afterEach(() => ExampleProgram.killAll())
  after(() => postgres?.remove())

  async function start(port = '0'): Promise<{ program: ExampleProgram; url: string }> {
    // What was confirmed has to survive the kill of the server.
    postgres ??= await startPostgres({ flags: ['-c', 'synchronous_commit=on'] })
    const environment = { DATABASE_URL: postgres.url, REACTORS: '2', PORT: port }
    const program = new ExampleProgram('websocket-chat/main.ts', environment)
    return { program, url: await program.url() }
  }

  it('brings messages and presence across reactors, in the order of their ids', async () => {
    const { program, url } = await start()
    const [ann, bob] = await enterOnBoth(url, 'across')
    await ann.chat.next('presence', ({ count }) => count === 2)
    await bob.chat.next('presence', ({ count }) => count === 2)
    for (let turn = 0; turn < 8; turn++) {
      ann.chat.say(`ann ${turn}`)
      bob.chat.say(`bob ${turn}`)
    }
    const heard = await Promise.all(
      [ann, bob].map(async ({ chat }) => {
        const texts = new Map<number, string>()
        while (texts.size < 16) {
          const { id, text } = await chat.hear()
          assert.ok(!texts.has(id), `message ${id} came twice`)
          texts.set(id, text)
        }
        return [...texts].toSorted(([a], [b]) => a - b)
      }),
    )
    assert.deepEqual(heard[0], heard[1])
    assert.deepEqual(
      heard[0]?.map(([id]) => id),
      Array.from({ length: 16 }, (_, index) => index + 1),
    )
    await bob.socket.close()
    await ann.chat.next('presence', ({ count }) => count === 1)
    assert.equal(await program.stop(), 0)
  })

  it('refuses a name that is in use on the other reactor', async () => {
    const { program, url } = await start()
    const [here, there] = await enterOnBoth(url, 'names')
    await here.chat.next('presence', ({ count }) => count === 2)
    const { names } = (await (await fetch(`${url}/rooms/names/members`)).json()) as {
      names: string[]
    }
    assert.equal(names.length, 2)
    await there.chat.next('presence', ({ count }) => count === 2)
    for (const name of [...names, ...names, ...names]) {
      const socket = await RealSocket.open(url, 'names')
      const chat = new ChatClient(socket)
      chat.send({ type: 'join', name: name.toUpperCase(), session: chat.session })
      assert.equal((await chat.next('error')).code, 'name_taken')
      assert.equal((await socket.closed).code, 4409)
    }
    assert.equal(await program.stop(), 0)
  })

  it('ends with 1001, and after a restart gives what was missed, no more and no less', async () => {
    const first = await start()
    const ann = await enter(first.url, 'restart', 'Ann')
    const bob = await enter(first.url, 'restart', 'Bob')
    for (const text of ['one', 'two']) ann.chat.say(text)
    await bob.chat.hear()
    const { id: seen } = await bob.chat.hear()
    await bob.socket.close()
    const unsure = ann.chat.say('three')
    await ann.chat.next('message', ({ message }) => message.key === unsure)

    const ended = first.program.stop()
    assert.equal((await ann.socket.closed).code, 1001)
    assert.equal(await ended, 0)

    const { program, url } = await start(new URL(first.url).port)
    const annAgain = await enter(url, 'restart', 'Ann', { session: ann.chat.session, after: 3 })
    assert.deepEqual(annAgain.missed, [])
    annAgain.chat.say('three', unsure) // as a page would that has not heard that it was kept
    assert.equal((await annAgain.chat.hear()).id, 3)
    const bobAgain = await enter(url, 'restart', 'Bob', { session: bob.chat.session, after: seen })
    assert.deepEqual(bobAgain.missed, ['three'])
    assert.equal(bobAgain.lastSeen, 3)
    assert.equal(await program.stop(), 0)
  })

  it('knows who is here after all reactors were replaced', async () => {
    const { program, url } = await start()
    const guests = await enterOnBoth(url, 'reload')
    program.signal('SIGHUP')
    for (const { socket } of guests) assert.equal((await socket.closed).code, 1001)
    await program.untilOutput(/all reactors run the new code/)
    const again = await enterOnBoth(url, 'reload')
    for (const { chat } of again) await chat.next('presence', ({ count }) => count === 2)
    assert.equal(await program.stop(), 0)
  })

  it('cuts a peer off that does not read, and gives it everything when it comes back', async () => {
    const { program, url } = await start()
    const text = '\u{1f422}'.repeat(2_000)
    const fan = await enter(url, 'slow', 'Fan')
    const slow = new WebSocketClient(`${url.replace('http', 'ws')}/rooms/slow/socket`)
    await once(slow, 'open')
    const session = randomUUID()
    slow.send(JSON.stringify({ type: 'join', name: 'Snail', session }))
    await fan.chat.untilHere('Fan', 'Snail')
    slow.pause()
    let count = 0
    for (let talkers = 0; !(await isGone(url, 'Snail')); talkers++) {
      assert.ok(talkers < 100, 'the slow peer is still connected')
      const talker = await enter(url, 'slow', `Talker ${talkers}`)
      for (let turn = 0; turn < 20; turn++) talker.chat.say(text)
      for (let turn = 0; turn < 20; turn++) await talker.chat.hear()
      count += 20
      await talker.socket.close()
    }
    for (let id = 1; id <= count; id++) assert.equal((await fan.chat.hear()).id, id)
    slow.resume()
    const [code] = (await once(slow, 'close')) as [number]
    assert.equal(code, 1006)
    const back = await enter(url, 'slow', 'Snail', { session, after: count - 30 })
    assert.deepEqual(back.missed, Array<string>(30).fill(text))
    assert.equal(await program.stop(), 0)
  })

  it('says so while the database is away, and keeps the message when it is sent again', async () => {
    const { program, url } = await start()
    const ann = await enter(url, 'outage', 'Ann')
    await postgres?.kill()
    const key = ann.chat.say('lost?')
    assert.deepEqual(await ann.chat.next('error'), {
      type: 'error',
      code: 'unavailable',
      detail: 'The database is not available',
      key,
    })
    assert.equal((await fetch(`${url}/rooms/outage/messages`)).status, 503)
    await postgres?.start()
    let answer = await retry(ann.chat, key)
    while (answer.type === 'error') answer = await retry(ann.chat, key)
    assert.deepEqual([answer.message.id, answer.message.key], [1, key])
    assert.equal(await program.stop(), 0)
  })
})
