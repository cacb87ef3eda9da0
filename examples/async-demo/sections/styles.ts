import { type Eventual, Future, sleep } from '../../../src/future/index.ts'
import type { Section } from '../tour.ts'

interface User {
  readonly id: number
  readonly name: string
}

/** A cache in front of something slow: ready for a user that is known. */
class Users {
  readonly #known = new Map<number, User>()

  find(id: number): Future<User> {
    const known = this.#known.get(id)
    return known === undefined ? this.#load(id) : Future.ready(known)
  }

  #load(id: number): Future<User> {
    return sleep(20).then(() => {
      const user = { id, name: `user ${id}` }
      this.#known.set(id, user)
      return user
    })
  }
}

async function greetWithAwait(users: Users, id: number): Promise<string> {
  const { name } = await users.find(id)
  return `hello ${name}`
}

function greetWithThen(users: Users, id: number): Future<string> {
  return users.find(id).then(({ name }) => `hello ${name}`)
}

/** Greets often and counts how often there was nothing to wait for. */
function countReady(times: number, greet: () => Eventual<string>): number {
  let ready = 0
  for (let time = 0; time < times; time++) {
    const greeting = greet()
    if (greeting instanceof Future && greeting.isReady) ready++
  }
  return ready
}

export const styles: Section = {
  title: 'Two styles, one future',
  async run(tour) {
    const users = new Users()
    await tour.step('await: a user that has to be loaded', () => greetWithAwait(users, 1))
    await tour.step('then:  a user that has to be loaded', () => greetWithThen(users, 2))
    await tour.step('await: one that is known', () => greetWithAwait(users, 1))
    await tour.step('then:  one that is known', () => greetWithThen(users, 1))
    await tour.step('then:  100,000 times: ready when it returns', () =>
      countReady(100_000, () => greetWithThen(users, 1)),
    )
    await tour.step('await: 100,000 times in a row', async () => {
      let length = 0
      for (let time = 0; time < 100_000; time++) length += (await users.find(1)).name.length
      return length
    })
  },
}
