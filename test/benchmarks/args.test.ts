import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseArguments, UsageError } from '../../benchmarks/lib/args.ts'

const SUITES = ['futures', 'http'] as const

describe('parseArguments', () => {
  it('takes a suite alone', () => {
    assert.deepEqual(parseArguments(['http'], SUITES), {
      suite: 'http',
      json: false,
      quick: false,
      check: false,
      filter: undefined,
      nodes: [],
    })
  })

  it('takes every option, before or after the suite', () => {
    const args = [
      '--quick',
      'futures',
      '--json',
      '--check',
      '--filter',
      'Pending',
      '--node',
      '22,26',
    ]
    assert.deepEqual(parseArguments(args, SUITES), {
      suite: 'futures',
      json: true,
      quick: true,
      check: true,
      filter: 'pending',
      nodes: [22, 26],
    })
  })

  const refused: readonly (readonly [string[], RegExp])[] = [
    [[], /^Which benchmark\?\nusage: .* futures \| http /],
    [['htpp'], /no benchmark 'htpp'.\nusage: .* futures \| http /],
    [['http', 'futures'], /what is 'futures'\?/],
    [['http', '--fast'], /Unknown option '--fast'.\nusage: .*--quick/],
    [['http', '--filter'], /--filter/],
    [['http', '--quick=yes'], /--quick/],
    [['http', '--node', '22,'], /majors as in 22,24,26: what is ''/],
    [['http', '--node', 'v22'], /what is 'v22'/],
  ]
  for (const [args, message] of refused) {
    it(`refuses '${args.join(' ')}' and says what it knows`, () => {
      assert.throws(
        () => parseArguments(args, SUITES),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }
})
