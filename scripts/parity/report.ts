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
  readonly skipped: Map<string, number>
}

/** Prints a table of programs: tests passed, failed and left out, and what the failures say. */
export function reportResults(results: Results): void {
  const rows = new Map<string, Row>()
  for (const [test, result] of Object.entries(results)) {
    const name = result.programs[0] ?? fileOf(test)
    let row = rows.get(name)
    if (row === undefined) rows.set(name, (row = { passed: 0, failed: 0, skipped: new Map() }))
    if (result.outcome === 'passed') row.passed++
    else if (result.outcome === 'failed') row.failed++
    else row.skipped.set(result.reason, (row.skipped.get(result.reason) ?? 0) + 1)
  }
  for (const [test, { outcome, reason }] of Object.entries(results)) {
    if (outcome === 'failed') console.log(`FAILED ${test}\n${reason}\n`)
  }
  console.log('| program | passed | failed | left out |\n| --- | --: | --: | --- |')
  for (const [name, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const skipped = [...row.skipped].map(([reason, count]) => `${count}: ${reason}`).join('; ')
    console.log(`| ${name} | ${row.passed} | ${row.failed} | ${skipped} |`)
  }
  const all = Object.values(results)
  const count = (wanted: string): number => all.filter(({ outcome }) => outcome === wanted).length
  const programs = [...rows].filter(([, { passed, failed }]) => passed + failed > 0)
  const clean = programs.filter(([, { failed }]) => failed === 0)
  console.log(
    `\n${programs.length} programs, ${clean.length} without a failure; tests: ` +
      `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} left out`,
  )
}

/** `tests/test_tutorial/test_body/test_tutorial001.py::test_x` is about `body/tutorial001`. */
function fileOf(test: string): string {
  const [file = test] = test.split('::')
  return file.replace('tests/test_tutorial/', '').replaceAll('test_', '').replace('.py', '')
}
