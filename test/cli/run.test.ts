import assert from 'node:assert/strict'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createCertificate } from '../support/certificates.ts'
import { Project, startCli } from './support/cli.ts'

const APP = `
import { App } from 'fasterapi'
export const app = new App({ title: 'Shop' })
app.get('/', () => [process.env['NODE_ENV'], process.env['GREETING']])
`

const RUNS_ITSELF = `
import { App } from 'fasterapi'
const app = new App({ title: 'Self' })
app.get('/', () => 'self')
await app.run({ port: 0, reactors: 1, shutdownTimeoutMs: 123 })
`

describe('fasterapi run', () => {
  let project: Project

  before(async () => {
    const { cert, key } = await createCertificate(['localhost'])
    project = new Project({
      'app.ts': APP,
      'self.ts': RUNS_ITSELF,
      'prod.env': 'GREETING=hello',
      'cert.pem': cert,
      'key.pem': key,
    })
  })
  after(() => project.remove())

  const start = (...argv: string[]) => startCli(['run', ...argv], { cwd: project.folder })

  it('serves in production on several reactors, and drains on SIGTERM', async () => {
    const run = start('--port', '0', '--reactors', '2', '--env', 'prod.env')
    const [, url = ''] = await run.outputs(/Shop 0\.1\.0 serves (http:[^,]+), .*2 reactors/)
    const response = await fetch(url)
    assert.deepEqual(await response.json(), ['production', 'hello'])
    run.process.kill('SIGTERM')
    assert.equal((await run.ended).code, 0)
  })

  it('takes the options that an entry gives to run(), as far as it is given none', async () => {
    const run = start('self.ts', '--host', '127.0.0.1')
    const [, url = ''] = await run.outputs(/Self 0\.1\.0 serves (http:[^,]+)/)
    const response = await fetch(url)
    assert.equal(await response.json(), 'self')
    run.process.kill('SIGTERM')
    assert.match((await run.ended).stdout, /at most 123 ms/)
  })

  it('serves a Unix socket', async () => {
    const socketPath = join(project.folder, 'app.sock')
    const run = start('self.ts', '--uds', socketPath)
    await run.outputs(/serves unix:/)
    const status = await new Promise((resolve, reject) => {
      request({ socketPath, path: '/' }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .once('error', reject)
        .end()
    })
    assert.equal(status, 200)
    run.process.kill('SIGTERM')
    assert.equal((await run.ended).code, 0)
  })

  it('serves HTTPS', async () => {
    const run = start('self.ts', '--tls-cert', 'cert.pem', '--tls-key', 'key.pem')
    await run.outputs(/serves https:/)
    run.process.kill('SIGTERM')
    assert.equal((await run.ended).code, 0)
  })

  it('says why it cannot start, with exit code 1', async () => {
    const run = start('--port', '0', '--tls-cert', 'none.pem', '--tls-key', 'key.pem', '-w', '1')
    const { code, stderr } = await run.ended
    assert.match(stderr, /none\.pem/)
    assert.equal(code, 1)
  })
})
