import { type Eventual, Future } from '../../src/future/index.ts'

const LABEL_WIDTH = 58
const TIME_WIDTH = 10

/** One chapter of the tour. */
export interface Section {
  readonly title: string
  run(tour: Tour): Eventual<void>
}

/** Prints what is done, what came of it and how long it took. */
export class Tour {
  readonly #print: (line: string) => void
  #steps = 0

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  get steps(): number {
    return this.#steps
  }

  async visit(sections: readonly Section[]): Promise<void> {
    for (const [index, section] of sections.entries()) {
      this.#print(`\n${index + 1}. ${section.title}`)
      await section.run(this)
    }
  }

  /** Does one thing and prints its time and its result. */
  step<T>(label: string, work: () => Eventual<T>): Future<T> {
    const startMs = performance.now()
    return Future.try(work).tap((result) => {
      const time = `${(performance.now() - startMs).toFixed(1)} ms`
      this.#steps++
      this.#print(`   ${label.padEnd(LABEL_WIDTH)}${time.padStart(TIME_WIDTH)}   ${show(result)}`)
    })
  }
}

function show(result: unknown): string {
  return typeof result === 'string' ? result : JSON.stringify(result)
}
