import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UsageError } from '../../benchmarks/lib/args.ts'
import { HOME_MAJOR, NODE_MAJORS, nodeProgram, reportName } from '../../benchmarks/lib/nodes.ts'

const running = Number.parseInt(process.versions.node, 10)

describe('nodeProgram', () => {
  it('is the running program for its own major', { skip: !NODE_MAJORS.includes(running) }, () => {
    assert.equal(nodeProgram(running), process.execPath)
  })

  it('refuses a major that is not supported and names those that are', () => {
    assert.throws(
      () => nodeProgram(20),
      (error) => error instanceof UsageError && /no Node 20 .* 22, 24, 26/.test(error.message),
    )
  })
})

describe('reportName', () => {
  it("is the suite's name on the repository's own Node, and has the major on another", () => {
    assert.deepEqual(
      NODE_MAJORS.map((major) => reportName('futures', major)),
      ['futures-node22', 'futures', 'futures-node26'],
    )
    assert.equal(HOME_MAJOR, 24)
  })
})
