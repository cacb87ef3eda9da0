import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { describe, it } from 'node:test'
import { exchangesOf, isAnswer, runCommands } from '../../scripts/docs/exchanges.ts'

const HEAD = 'HTTP/1.1 200 OK\ndate: today\nx-id: 7f3a\n\n'

describe('exchangesOf', () => {
  it('finds commands over several lines, and their answers', () => {
    const code = "$ curl -d '{\n  }' \\\n  /a\n{}\n\n$ curl /b\n"
    assert.deepEqual(
      exchangesOf(code).map(({ command, answer }) => [command, answer.trim()]),
      [
        ["curl -d '{\n  }' \\\n  /a", '{}'],
        ['curl /b', ''],
      ],
    )
  })
})

describe('isAnswer', () => {
  for (const [says, expected, printed, is] of [
    ['takes the same text', 'ok', 'ok\n', true],
    ['refuses another text', 'ok', 'no', false],
    ['refuses more than is expected', '{"a":1}', '{"a":1}{"b":2}', false],
    ['takes JSON in another layout', '{\n  "a": [1, 2]\n}', '{"a":[1,2]}', true],
    ['refuses other white space in a text of JSON', '{"a":"b c"}', '{"a":"bc"}', false],
    ['takes anything for three dots', '{"id":"..."}', '{"id":"7f3a"}', true],
    ['refuses nothing for an answer', '{}', '', false],
    ['takes heads with some headers left out', 'HTTP/1.1 200 OK\n\nok', `${HEAD}ok`, true],
    ['takes three dots in a header', 'HTTP/1.1 200 OK\nx-id: ...\n\nok', `${HEAD}ok`, true],
    ['refuses a header that is not there', 'HTTP/1.1 200 OK\nx-b: 1\n\nok', `${HEAD}ok`, false],
    ['refuses another status', 'HTTP/1.1 201 Created\n\nok', `${HEAD}ok`, false],
    ['refuses another body behind a head', 'HTTP/1.1 200 OK\n\nno', `${HEAD}ok`, false],
  ] as const) {
    it(says, () => assert.equal(isAnswer(expected, printed), is))
  }
})

describe('runCommands', () => {
  it('keeps variables from one command to the next', async () => {
    const printed = await runCommands(['NAME=Ann', 'echo "$NAME"'], tmpdir(), 'http://x')
    assert.deepEqual(printed, ['', 'Ann\n'])
  })
})
