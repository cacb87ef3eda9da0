import { DOCUMENTED } from './documented.ts'

export interface Outcome {
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly reason: string
  readonly programs: readonly string[]
}

/** By the name of the test. */
export type Results = Readonly<Record<string, Outcome>>

interface Row {
  passed: number
  failed: number
  documented: number
  readonly skipped: Map<string, number>
}

/** Prints a table of programs: tests passed, failed and left out, and what the failures say. */
export function reportResults(results: Results): void {
  const rows = new Map<string, Row>()
  for (const [test, result] of Object.entries(results)) {
    const name = result.programs[0] ?? fileOf(test)
    let row = rows.get(name)
    if (row === undefined) rows.set(name, (row = emptyRow()))
    if (result.outcome === 'passed') row.passed++
    else if (isDocumented(test, result)) row.documented++
    else if (result.outcome === 'failed') row.failed++
    else row.skipped.set(result.reason, (row.skipped.get(result.reason) ?? 0) + 1)
  }
  const failures = Object.entries(results).filter(([, { outcome }]) => outcome === 'failed')
  for (const [test, result] of failures) {
    if (!isDocumented(test, result)) console.log(`FAILED ${test}\n${result.reason}\n`)
  }
  for (const name of Object.keys(DOCUMENTED)) {
    const tests = Object.keys(results).filter((test) => test.includes(name))
    const isStale = tests.length > 0 && !failures.some(([test]) => test.includes(name))
    if (isStale) console.log(`Documented as different, but passes: ${name}`)
  }
  console.log('| program | passed | failed | documented | left out |')
  console.log('| --- | --: | --: | --: | --- |')
  for (const [name, row] of [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const skipped = [...row.skipped].map(([reason, count]) => `${count}: ${reason}`).join('; ')
    console.log(`| ${name} | ${row.passed} | ${row.failed} | ${row.documented} | ${skipped} |`)
  }
  console.log(`\n${summary([...rows.values()])}`)
}

function summary(rows: readonly Row[]): string {
  const programs = rows.filter(({ passed, failed, documented }) => passed + failed + documented > 0)
  const clean = programs.filter(({ failed }) => failed === 0)
  const sum = (count: (row: Row) => number): number =>
    rows.reduce((total, row) => total + count(row), 0)
  const skipped = sum((row) => [...row.skipped.values()].reduce((a, b) => a + b, 0))
  return (
    `${programs.length} programs, ${clean.length} without a failure; tests: ` +
    `${sum((row) => row.passed)} passed, ${sum((row) => row.failed)} failed, ` +
    `${sum((row) => row.documented)} documented, ${skipped} left out`
  )
}

function emptyRow(): Row {
  return { passed: 0, failed: 0, documented: 0, skipped: new Map() }
}

function isDocumented(test: string, { outcome }: Outcome): boolean {
  return outcome === 'failed' && Object.keys(DOCUMENTED).some((name) => test.includes(name))
}

/** `tests/test_tutorial/test_body/test_tutorial001.py::test_x` is about `body/tutorial001`. */
function fileOf(test: string): string {
  const [file = test] = test.split('::')
  return file.replace('tests/test_tutorial/', '').replaceAll('test_', '').replace('.py', '')
}
