import { Deferred, Future, timeoutAsync, whenAll } from '../../future/index.ts'
import type { Reading, Report } from '../membership/messages.ts'
import type { Member } from './member.ts'

interface Question {
  readonly member: Member
  readonly answer: Deferred<Reading<unknown>>
}

/** Asks all reactors, and waits for those that answer in time: one that is stuck holds up nobody. */
export class Gathering {
  readonly #members: () => readonly (Member | undefined)[]
  readonly #questions: Map<number, Question> = new Map()
  #lastRequest = 0

  /** @param members - by core id; undefined: none serves on that core now */
  constructor(members: () => readonly (Member | undefined)[]) {
    this.#members = members
  }

  /** @returns one reading for each core, in the order of their ids; never fails */
  gather(name: string, timeoutMs: number): Future<readonly Reading<unknown>[]> {
    return whenAll(
      this.#members().map((member, reactor) =>
        member === undefined
          ? Future.ready({ reactor, failure: 'it is being restarted' })
          : this.#ask(member, name, timeoutMs),
      ),
    )
  }

  /** Gathers for a reactor. */
  answer(asker: Member, { request, name, timeoutMs }: Extract<Report, { type: 'gather' }>): void {
    this.gather(name, timeoutMs)
      .then((readings) => {
        if (asker.state !== 'gone') asker.send({ type: 'gathered', request, readings })
      })
      .ignore()
  }

  /** A reactor has answered. */
  onReading(request: number, reading: Reading<unknown>): void {
    this.#questions.get(request)?.answer.resolve(reading)
    this.#questions.delete(request)
  }

  /** A reactor has ended and answers no more. */
  forget(member: Member): void {
    for (const [request, question] of this.#questions) {
      if (question.member !== member) continue
      this.#questions.delete(request)
      question.answer.resolve({ reactor: member.id, failure: 'it died' })
    }
  }

  #ask(member: Member, name: string, timeoutMs: number): Future<Reading<unknown>> {
    const request = ++this.#lastRequest
    const answer = new Deferred<Reading<unknown>>()
    this.#questions.set(request, { member, answer })
    member.send({ type: 'collect', request, name })
    return timeoutAsync(answer.future, timeoutMs).catch(() => {
      this.#questions.delete(request)
      return { reactor: member.id, failure: `it did not answer within ${timeoutMs} ms` }
    })
  }
}
