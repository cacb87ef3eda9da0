import Bluebird from 'bluebird'
import {
  CONCURRENCY,
  createSink,
  IN_FLIGHT,
  INPUTS,
  ITEMS,
  LISTS,
  readyInputs,
  readyLists,
  STAGES,
  sample,
  step,
  VALUE_MASK,
} from '../inputs.ts'

const ready = readyInputs((value) => Bluebird.resolve(value))
const sink = createSink()

/** A pending promise and the function that settles it, as the constructor gives them. */
function defer() {
  let resolve
  const promise = new Bluebird((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

function readyChain(links) {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      let last = Bluebird.resolve(i & VALUE_MASK)
      for (let link = 0; link < links; link++) last = last.then(step(i, link))
      total += await last
    }
    return total
  }
}

function pendingChain(links) {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const { promise, resolve } = defer()
      let last = promise
      for (let link = 0; link < links; link++) last = last.then(step(i, link))
      resolve(i & VALUE_MASK)
      total += await last
    }
    return total
  }
}

function allReady(length) {
  const lists = readyLists(length, (value) => Bluebird.resolve(value))
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += sample(await Bluebird.all(lists[i % LISTS]), i)
    return total
  }
}

function allPending(length) {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const promises = []
      const resolvers = []
      for (let j = 0; j < length; j++) {
        const { promise, resolve } = defer()
        promises.push(promise)
        resolvers.push(resolve)
      }
      const all = Bluebird.all(promises)
      for (let j = 0; j < length; j++) resolvers[j]((i % LISTS) + j)
      total += sample(await all, i)
    }
    return total
  }
}

function mapping(mapper) {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += sample(await Bluebird.map(ITEMS, mapper, { concurrency: CONCURRENCY }), i)
    }
    return total
  }
}

/** Eight handlers as users write them: a chain of literal closures each. */
const HANDLERS = [
  (input) =>
    Bluebird.resolve(input)
      .then((value) => value + 1)
      .then((value) => value ^ 2)
      .then((value) => value + 3),
  (input) =>
    Bluebird.resolve(input)
      .then((value) => value + 4)
      .then((value) => value ^ 5)
      .then((value) => value + 6),
  (input) =>
    Bluebird.resolve(input)
      .then((value) => value + 7)
      .then((value) => value ^ 8)
      .then((value) => value + 9),
  (input) =>
    Bluebird.resolve(input)
      .then((value) => value + 10)
      .then((value) => value ^ 11)
      .then((value) => value + 12),
  (input) =>
    Bluebird.resolve(input)
      .then((value) => value + 13)
      .then((value) => value ^ 14)
      .then((value) => value + 15),
  (input) =>
    Bluebird.resolve(input)
      .then((value) => value + 16)
      .then((value) => value ^ 17)
      .then((value) => value + 18),
  (input) =>
    Bluebird.resolve(input)
      .then((value) => value + 19)
      .then((value) => value ^ 20)
      .then((value) => value + 21),
  (input) =>
    Bluebird.resolve(input)
      .then((value) => value + 22)
      .then((value) => value ^ 23)
      .then((value) => value + 24),
]

/** @type {import('../cases.ts').Contestant} */
export const contestant = {
  'create ready': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const promise = Bluebird.resolve(i & VALUE_MASK)
      sink[i & 1_023] = promise
      total += promise.value()
    }
    return total
  },

  'create pending': (count) => {
    let made = 0
    for (let i = 0; i < count; i++) {
      const deferred = defer()
      sink[i & 1_023] = deferred
      if (deferred.promise.isPending()) made++
    }
    return made
  },

  'await of a ready one': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await ready[i % INPUTS]
    return total
  },

  'ready chain of 1': readyChain(1),
  'ready chain of 3': readyChain(3),
  'ready chain of 10': readyChain(10),

  'ready chain of 3 in 8 handlers': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await HANDLERS[i & 7](i & VALUE_MASK)
    return total
  },

  'pending chain of 1': pendingChain(1),
  'pending chain of 3': pendingChain(3),
  'pending chain of 10': pendingChain(10),
  'pending chain of 100': pendingChain(100),

  'pending chain of 3, 100 in flight': async (count) => {
    let total = 0
    const add = (value) => {
      total += value
    }
    for (let i = 0; i < count; ) {
      const resolvers = []
      let last
      const end = Math.min(count, i + IN_FLIGHT)
      for (let j = i; j < end; j++) {
        const { promise, resolve } = defer()
        last = promise.then(step(j, 0)).then(step(j, 1)).then(step(j, 2)).then(add)
        resolvers.push(resolve)
      }
      for (const resolve of resolvers) resolve(i++ & VALUE_MASK)
      await last
    }
    return total
  },

  'all of 10 ready': allReady(10),
  'all of 100 ready': allReady(100),
  'all of 1,000 ready': allReady(1_000),
  'all of 10 pending': allPending(10),
  'all of 100 pending': allPending(100),
  'all of 1,000 pending': allPending(1_000),
  'map of 1,000 ready, 10 at a time': mapping((item) => Bluebird.resolve(item + 1)),
  'map of 1,000 async, 10 at a time': mapping(async (item) => item + 1),

  'pipeline of 5 stages': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      let last = Bluebird.resolve(i & VALUE_MASK)
      for (const stage of STAGES) last = last.then(stage)
      total += await last
    }
    return total
  },
}
