import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Child } from '../../benchmarks/lib/child.ts'

const ECHO = `
console.log(JSON.stringify({ port: 7 }))
process.stdin.on('data', (line) => console.log(JSON.stringify({ got: JSON.parse(line) })))
`

describe('Child', () => {
  it('is ready after its first line and answers each command with one line', async () => {
    const child = await Child.start([process.execPath, '-e', ECHO])
    try {
      assert.deepEqual(child.ready, { port: 7 })
      assert.deepEqual(await child.ask({ one: 1 }), { got: { one: 1 } })
      assert.deepEqual(await child.ask({ two: 2 }), { got: { two: 2 } })
    } finally {
      await child.stop()
    }
  })

  it('fails with the error the process died of', async () => {
    const code = `throw new TypeError('no such port')`
    await assert.rejects(Child.start([process.execPath, '-e', code]), /TypeError: no such port/)
  })

  it('fails when the program does not exist', async () => {
    await assert.rejects(Child.start(['/no/such/program']), /ENOENT/)
  })

  it('fails a command when the process is gone', async () => {
    const child = await Child.start([process.execPath, '-e', ECHO])
    await child.stop()
    await assert.rejects(child.ask({}), /ended without a word/)
  })
})
