import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, it } from 'node:test'

const FOLDER = new URL('.', import.meta.url)
const PAGE = new URL('../../../docs/reference/seastar-behaviours.md', import.meta.url)

interface Row {
  readonly number: number
  /** Name of the test file, without its ending; undefined if the behaviour has no test. */
  readonly file: string | undefined
  readonly where: string
}

function readTable(): Row[] {
  const page = readFileSync(PAGE, 'utf8')
  return Array.from(page.matchAll(/^\| (\d+) +\|.*\| (.+?) +\|$/gm), ([, number, where = '']) => ({
    number: Number(number),
    file: /^\[([\w-]+)\]/.exec(where)?.[1],
    where,
  }))
}

/** The tests, as `file number`: titles begin with the number of their behaviour. */
function readTitles(): string[] {
  const titles = globSync('*.test.ts', { cwd: FOLDER }).flatMap((file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8')
    const numbers = text.matchAll(/\bit\(\s*['"`](\d+) /g)
    return Array.from(numbers, ([, number]) => `${basename(file, '.test.ts')} ${number}`)
  })
  return [...new Set(titles)]
}

describe('docs/reference/seastar-behaviours.md', () => {
  const rows = readTable()
  const tested = rows.flatMap(({ file, number }) => (file === undefined ? [] : `${file} ${number}`))

  it('has a row for each behaviour from 1 to 100', () => {
    assert.deepEqual(
      rows.map(({ number }) => number),
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
  })

  it('says why a behaviour has no test', () => {
    const reasons = rows.filter(({ file }) => file === undefined).map(({ where }) => where)
    const isReason = /^(does not apply: |overruled: |arrives with the reactor$)/
    assert.deepEqual(
      reasons.filter((reason) => !isReason.test(reason)),
      [],
    )
  })

  it('names a file that has a test of that number', () => {
    const titles = new Set(readTitles())
    assert.deepEqual(
      tested.filter((test) => !titles.has(test)),
      [],
    )
  })

  it('has a row for each number that has a test', () => {
    const numbers = new Set(tested.map((test) => test.split(' ')[1]))
    const unknown = readTitles().filter((title) => !numbers.has(title.split(' ')[1]))
    assert.deepEqual(unknown, [])
  })
})
