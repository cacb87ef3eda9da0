import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { differencesPage } from './differences-page.ts'
import { type Finding, Fuzzer } from './fuzzer.ts'
import { eachByte, fuzzInput } from './generate.ts'
import { DIFFERENCE_RULES } from './rules.ts'

const INPUTS = 20_000
const PAGE = fileURLToPath(new URL('../../../docs/reference/http-differences.md', import.meta.url))
const FOUND = JSON.parse(
  readFileSync(new URL('./found.json', import.meta.url), 'utf8'),
) as readonly (readonly string[])[]

function shown(finding: Finding | undefined): string | undefined {
  if (finding === undefined) return undefined
  const pieces = finding.input.pieces.map((piece) => piece.toString('latin1'))
  return `${finding.signature}\n${JSON.stringify(pieces)}`
}

describe('HttpServer against node:http', () => {
  const fuzzer = new Fuzzer()
  after(() => fuzzer.close())

  it(`sees the same requests in ${INPUTS} inputs, in one piece and in many, but for the rules`, async () => {
    for (let index = 0; index < INPUTS; index++) {
      const finding = await fuzzer.check(fuzzInput(1, index))
      assert.equal(shown(finding), undefined, `node scripts/fuzz-http.ts --seed 1 --index ${index}`)
    }
    const share = fuzzer.taken / fuzzer.inputs
    assert.ok(share > 0.25 && share < 0.75, `${share} of the inputs were requests`)
  })

  for (const rule of DIFFERENCE_RULES) {
    it(`differs in: ${rule.what}`, async () => {
      const bytes = Buffer.from(rule.example, 'latin1')
      assert.equal(await fuzzer.ruleFor(bytes, await fuzzer.observe(bytes)), rule)
    })
  }

  for (const [index, row] of FOUND.entries()) {
    it(`has not got back the found case ${index}`, async () => {
      const pieces = row.map((piece) => Buffer.from(piece, 'latin1'))
      const bytes = Buffer.concat(pieces)
      for (const way of [pieces, eachByte(bytes)]) {
        assert.equal(shown(await fuzzer.check({ bytes, pieces: way })), undefined)
      }
    })
  }

  it('makes a finding as short as it can be', async () => {
    const strict = new Fuzzer([])
    const text =
      'POST /some/path?x HTTP/1.1\r\nHost: a b\r\nX: y\r\nContent-Length: 4\r\n\r\nabcdefgh'
    const bytes = Buffer.from(text, 'latin1')
    const finding = await strict.check({ bytes, pieces: eachByte(bytes) })
    assert.ok(finding !== undefined)
    const shortest = await strict.shrink(finding)
    assert.ok(shortest.input.bytes.length < 20, shown(shortest))
    await strict.close()
  })

  it('has every difference in docs/reference/http-differences.md', () => {
    const page = readFileSync(PAGE, 'utf8')
    assert.equal(page, differencesPage())
  })
})
