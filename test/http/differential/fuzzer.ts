import { Buffer } from 'node:buffer'
import type { FuzzInput } from './generate.ts'
import { NodeServer, type Observation, OurServer } from './observe.ts'
import {
  DIFFERENCE_RULES,
  type Difference,
  type DifferenceRule,
  differenceBetween,
} from './rules.ts'

/** Something that must not be. */
export interface Finding {
  readonly input: FuzzInput
  /** Two inputs with one signature are likely to have one cause. */
  readonly signature: string
}

/** Compares our server with `node:http`, and with itself when the input comes in other pieces. */
export class Fuzzer {
  readonly #ours = new OurServer()
  readonly #theirs = new NodeServer()
  readonly #rules: readonly DifferenceRule[]
  /** How many inputs each rule has explained. */
  readonly explained: Map<DifferenceRule, number> = new Map()
  inputs = 0
  /** Inputs in which our server has seen a request. */
  taken = 0

  /** @param rules - what may differ; without any, each difference is a finding */
  constructor(rules: readonly DifferenceRule[] = DIFFERENCE_RULES) {
    this.#rules = rules
  }

  /** @returns undefined if all is as it should be */
  async check(input: FuzzInput): Promise<Finding | undefined> {
    this.inputs++
    // What node:http has to tidy up would pile up without a turn of the event loop.
    if (this.inputs % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
    const ours = await this.#ours.observe([input.bytes])
    if (ours.requests.length > 0) this.taken++
    const cut = await this.#ours.observe(input.pieces)
    if (!isSame(ours, cut)) return { input, signature: `in pieces: ${ours.sent} / ${cut.sent}` }
    const rule = await this.ruleFor(input.bytes, ours)
    if (rule === undefined) return undefined
    if (!('theirs' in rule)) {
      this.explained.set(rule, (this.explained.get(rule) ?? 0) + 1)
      return undefined
    }
    const { theirs, at } = rule
    const who = [ours, theirs].map((each) => each.requests[at] ?? `none (${each.refusal})`)
    return { input, signature: `against node:http: ${who.map(withoutNumbers).join(' / ')}` }
  }

  /** @returns undefined if both servers agree; the difference itself if nothing explains it */
  async ruleFor(
    bytes: Buffer,
    ours: Observation,
  ): Promise<DifferenceRule | Difference | undefined> {
    const difference = differenceBetween(ours, this.#theirs.observe(bytes))
    if (difference === undefined) return undefined
    const known = this.#rules.find((each) => each.explains(difference))
    if (known !== undefined || !bytes.includes('HEAD')) return known ?? difference
    // The refusal of a HEAD has no body to tell its reason: one of another method has.
    const other = Buffer.from(bytes.toString('latin1').replaceAll('HEAD', 'BREW'), 'latin1')
    const { refusal } = await this.#ours.observe([other])
    const spoken = { ...difference, ours: { ...ours, refusal } }
    return this.#rules.find((each) => each.explains(spoken)) ?? difference
  }

  /** Our server's view of an input in one piece. */
  observe(bytes: Buffer): Promise<Observation> {
    return this.#ours.observe([bytes])
  }

  /** Makes the input of a finding as short as it can be and still be found. */
  async shrink(finding: Finding): Promise<Finding> {
    let shortest = finding
    for (let size = 64; size >= 1; size >>= 1) {
      for (let at = 0; at < shortest.input.bytes.length; ) {
        const shorter = await this.check(without(shortest.input, at, size))
        if (shorter === undefined || kindOf(shorter) !== kindOf(finding)) at += size
        else shortest = shorter
      }
    }
    return shortest
  }

  close(): PromiseLike<void> {
    return this.#ours.close()
  }
}

function isSame(a: Observation, b: Observation): boolean {
  return a.sent === b.sent && a.requests.join('\n') === b.requests.join('\n')
}

function withoutNumbers(text: string): string {
  return text.startsWith('none') ? text : 'a request'
}

function kindOf(finding: Finding): string {
  return finding.signature.slice(0, finding.signature.indexOf(':'))
}

function without(input: FuzzInput, at: number, size: number): FuzzInput {
  const pieces: Buffer[] = []
  let start = 0
  for (const piece of input.pieces) {
    const from = Math.min(Math.max(at - start, 0), piece.length)
    const to = Math.min(Math.max(at + size - start, 0), piece.length)
    const rest = Buffer.concat([piece.subarray(0, from), piece.subarray(to)])
    if (rest.length > 0) pieces.push(rest)
    start += piece.length
  }
  return { bytes: Buffer.concat(pieces), pieces }
}
