/** A program for the tests of `app.run` with reactors: `node program.ts PORT [OPTIONS as JSON]`. */
import { readFileSync } from 'node:fs'
import { App, type RunOptions } from '../../../src/app/index.ts'
import { sleep } from '../../../src/future/index.ts'
import { Reactor } from '../../../src/reactor/index.ts'

const [, , port, options = '{}'] = process.argv
const versionFile = process.env['TEST_VERSION_FILE']
const version = versionFile === undefined ? 'none' : readFileSync(versionFile, 'utf8')
const { coreId } = Reactor.current

if (version === 'broken') throw new Error('the code is broken')

const app = new App({ title: 'Program', version: '1.2.3' })
app.get('/version', () => ({ version, coreId, arguments: process.argv.slice(2) }))
app.get('/slow', () => {
  console.log('entered')
  return sleep(100).then(() => 'finished')
})
app.get('/hang', () => {
  console.log('entered')
  return sleep(60_000)
})
app.get('/exit', () => {
  setImmediate(() => process.exit(3))
  return 'soon'
})
app.onStop(() => {
  console.log(`stop hook ran on ${coreId}`)
  if (process.env['TEST_STOP_FAILS'] === String(coreId)) throw new Error('no stop on purpose')
})
await app.run({ port: Number(port), reactors: 2, ...(JSON.parse(options) as RunOptions) })
