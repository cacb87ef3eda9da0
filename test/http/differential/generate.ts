import { Buffer } from 'node:buffer'
import { seededRandom } from '../../../src/core/debug.ts'
import {
  CODINGS,
  CONNECTIONS,
  EXPECTATIONS,
  EXTENSIONS,
  HOSTS,
  LENGTHS,
  LINE_ENDS,
  METHODS,
  NAMES,
  NASTY,
  ODD_CODINGS,
  ODD_CONNECTIONS,
  ODD_EXTENSIONS,
  ODD_HOSTS,
  ODD_LENGTHS,
  ODD_METHODS,
  ODD_NAMES,
  ODD_SIZES,
  ODD_TARGETS,
  ODD_TRAILERS,
  ODD_VALUES,
  ODD_VERSIONS,
  SIZES,
  TARGETS,
  TRAILERS,
  VALUES,
  VERSIONS,
} from './parts.ts'

const LAST = 'GET /last HTTP/1.1\r\nHost: a\r\n\r\n'

/** Makes requests, most of them nearly right: the same ones from the same numbers. */
class Generator {
  readonly #random: () => number
  /** How likely each part is an odd one. */
  readonly #oddity: number

  constructor(random: () => number) {
    this.#random = random
    this.#oddity = random() < 0.3 ? 0 : random() * 0.15
  }

  below(bound: number): number {
    return Math.floor(this.#random() * bound)
  }

  chance(probability: number): boolean {
    return this.#random() < probability
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!
  }

  part(usual: readonly string[], odd: readonly string[]): string {
    return this.one(this.chance(this.#oddity) ? odd : usual)
  }

  lineEnd(): string {
    return this.chance(this.#oddity / 4) ? this.one(LINE_ENDS) : '\r\n'
  }

  field(name: string, value: string): string {
    const odd = this.chance(this.#oddity / 4)
    const colon = odd ? this.one([' :', '\t:', ':\t', ':  ', '', '::', ': \r\n ', '=']) : ': '
    const blanks = this.chance(0.05) ? this.one([' ', '\t', ' \t ']) : ''
    return `${name}${colon}${value}${blanks}${this.lineEnd()}`
  }

  request(): string {
    const method = this.part(METHODS, ODD_METHODS)
    const target = this.part(TARGETS, ODD_TARGETS)
    const version = this.part(VERSIONS, ODD_VERSIONS)
    const space = this.chance(this.#oddity / 4) ? this.one(['  ', '\t', '', ' \t']) : ' '
    const head = `${method} ${target}${space}${version}${this.lineEnd()}`
    return this.chance(0.4) ? head + this.#chunked() : head + this.#sized()
  }

  #fields(): string[] {
    const fields: string[] = []
    if (!this.chance(this.#oddity)) fields.push(this.field('Host', this.part(HOSTS, ODD_HOSTS)))
    for (let count = this.below(3); count > 0; count--) {
      fields.push(this.field(this.part(NAMES, ODD_NAMES), this.part(VALUES, ODD_VALUES)))
    }
    if (this.chance(0.15)) {
      fields.push(this.field('Connection', this.part(CONNECTIONS, ODD_CONNECTIONS)))
    }
    if (this.chance(this.#oddity / 2)) fields.push(this.field('Expect', this.one(EXPECTATIONS)))
    if (this.chance(this.#oddity / 4)) fields.push(this.field('Host', this.one(HOSTS)))
    return fields
  }

  #head(fields: string[]): string {
    // Order decides in parsers that act on fields as they come.
    for (let index = fields.length - 1; index > 0; index--) {
      const other = this.below(index + 1)
      const field = fields[index]!
      fields[index] = fields[other]!
      fields[other] = field
    }
    return `${fields.join('')}${this.lineEnd()}`
  }

  #sized(): string {
    const fields = this.#fields()
    if (!this.chance(0.5)) return this.#head(fields)
    const length = this.part(LENGTHS, ODD_LENGTHS)
    fields.push(this.field(this.one(['Content-Length', 'content-length']), length))
    if (this.chance(this.#oddity / 2)) {
      fields.push(this.field('Content-Length', this.part(LENGTHS, ODD_LENGTHS)))
    }
    const count = Math.min(9, Number.parseInt(length, 10) || 0)
    return `${this.#head(fields)}${'body-body'.slice(0, Math.max(0, count))}`
  }

  #chunked(): string {
    const fields = this.#fields()
    fields.push(this.field('Transfer-Encoding', this.part(CODINGS, ODD_CODINGS)))
    if (this.chance(this.#oddity / 2)) {
      fields.push(this.field('Transfer-Encoding', this.part(CODINGS, ODD_CODINGS)))
    }
    if (this.chance(this.#oddity / 2)) {
      fields.push(this.field('Content-Length', this.part(LENGTHS, ODD_LENGTHS)))
    }
    let text = this.#head(fields)
    for (let count = this.below(3); count > 0; count--) text += this.#chunk()
    const zero = this.chance(this.#oddity / 2)
      ? this.one(['00', '0 ', '-0', '0x0', '0;a', ''])
      : '0'
    return `${text}${zero}${this.lineEnd()}${this.part(TRAILERS, ODD_TRAILERS)}${this.lineEnd()}`
  }

  #chunk(): string {
    const size = this.part(SIZES, ODD_SIZES)
    const extension = this.chance(0.1) ? this.part(EXTENSIONS, ODD_EXTENSIONS) : ''
    return `${size}${extension}${this.lineEnd()}${this.chance(this.#oddity / 4) ? 'ab' : 'abc'}${this.lineEnd()}`
  }

  /** Damages a text in one place. */
  mutate(text: string): string {
    const at = this.below(text.length + 1)
    const byte = NASTY.charAt(this.below(NASTY.length))
    switch (this.below(6)) {
      case 0:
        return text.slice(0, at) + byte + text.slice(at)
      case 1:
        return text.slice(0, at) + byte + text.slice(at + 1)
      case 2:
        return text.slice(0, at) + text.slice(at + 1)
      case 3: {
        const end = at + 1 + this.below(12)
        return text.slice(0, end) + text.slice(at, end) + text.slice(end)
      }
      case 4:
        return text.slice(0, at) + text.slice(at + 1 + this.below(12))
      default:
        return text.slice(0, at) + String.fromCharCode(this.below(256)) + text.slice(at + 1)
    }
  }
}

/** One input of the fuzzer, and the pieces it is cut into for the second run. */
export interface FuzzInput {
  readonly bytes: Buffer
  readonly pieces: readonly Buffer[]
}

/** The input of that number in the run of that seed. */
export function fuzzInput(seed: number, index: number): FuzzInput {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b))
  const generator = new Generator(random)
  let text = generator.request()
  if (generator.chance(0.25)) text += generator.request()
  if (generator.chance(0.4)) {
    for (let count = 1 + generator.below(3); count > 0; count--) text = generator.mutate(text)
  }
  // Shows whether both agree on where the input before it ends.
  if (generator.chance(0.7)) text += LAST
  const bytes = Buffer.from(text, 'latin1')
  return { bytes, pieces: cut(bytes, generator) }
}

function cut(bytes: Buffer, generator: Generator): Buffer[] {
  if (generator.chance(0.02)) return eachByte(bytes)
  const pieces: Buffer[] = []
  let start = 0
  for (let count = 1 + generator.below(3); count > 0; count--) {
    const end = start + generator.below(bytes.length - start + 1)
    if (end > start) pieces.push(bytes.subarray(start, end))
    start = end
  }
  if (start < bytes.length) pieces.push(bytes.subarray(start))
  return pieces
}

/** The bytes one by one. */
export function eachByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))
}
