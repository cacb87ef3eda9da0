import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { App, type AppServer, type Distribution } from '../../src/app/index.ts'
import { detectFeatures } from '../../src/reactor/supervision/features.ts'
import { clientOptions, tlsExchange } from '../http/support/tls-client.ts'
import {
  createAuthority,
  createCertificate,
  type TestCertificate,
} from '../support/certificates.ts'

const MODULE = new URL('support/tls-app.ts', import.meta.url)
const GET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const features = await detectFeatures()

let folder: string
let ca: TestCertificate

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Puts a certificate of this name where the reactors look for it. */
async function install(name: string): Promise<void> {
  const { cert, key } = await createCertificate([name], { ca })
  writeFileSync(join(folder, 'cert.pem'), cert)
  writeFileSync(join(folder, 'key.pem'), key)
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fasterapi-tls-reactors-'))
  process.env['TEST_TLS_FOLDER'] = folder
  ;({ ca } = await createAuthority())
})
after(() => rmSync(folder, { recursive: true }))

function start(distribution: Distribution): Promise<AppServer> {
  return new App()
    .listen({
      port: 0,
      reactors: 2,
      module: MODULE,
      distribution,
      tls: { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') },
    })
    .toPromise()
}

const ways: readonly (readonly [Distribution, boolean])[] = [
  ['reuse-port', features.reusePort],
  ['transfer', features.movesHandles],
  ['cluster', true],
]

for (const [distribution, isPossible] of ways) {
  describe(`TLS on reactors by ${distribution}`, { skip: !isPossible }, () => {
    let server: AppServer

    const ask = async (
      session?: Buffer,
      input = GET,
    ): Promise<Awaited<ReturnType<typeof tlsExchange>> & { core: number }> => {
      const options = clientOptions(server.port, ca.cert, {
        checkServerIdentity: () => undefined,
        ...(session === undefined ? {} : { session }),
      })
      const result = await tlsExchange(options, input)
      return { ...result, core: Number(/\r\n\r\n(\d+)$/.exec(result.answer)?.[1]) }
    }

    before(async () => {
      await install('first.example')
      server = await start(distribution)
    })
    after(() => server.close())

    it('is served by all of them, and the URL says https', async () => {
      assert.match(server.url, /^https:/)
      const cores = new Set<number>()
      for (let attempt = 0; attempt < 100 && cores.size < 2; attempt++)
        cores.add((await ask()).core)
      assert.deepEqual([...cores].toSorted(), [0, 1])
    })

    it('resumes on one reactor the session of another', async () => {
      const first = await ask()
      for (let attempt = 0; attempt < 100; attempt++) {
        const again = await ask(first.session)
        assert.equal(again.isReused, true)
        if (again.core !== first.core) return
      }
      assert.fail('always the same reactor')
    })

    it('reloads the certificates of all, and sessions stay', async () => {
      const { session } = await ask()
      await install('second.example')
      await server.reloadCertificates()
      for (let count = 0; count < 10; count++) {
        assert.equal((await ask()).certificate, 'second.example')
      }
      assert.equal((await ask(session)).isReused, true)
    })

    it('reloads them when a reactor asks for it', async () => {
      await install('third.example')
      await ask(undefined, GET.replace('/', '/reload'))
      for (let count = 0; count < 10; count++) {
        assert.equal((await ask()).certificate, 'third.example')
      }
    })

    it('says which reactor keeps the old ones, and why', async () => {
      writeFileSync(join(folder, 'cert.pem'), 'broken')
      await assert.rejects(server.reloadCertificates().toPromise(), {
        code: 'NET_TLS',
        message: /Reactor \d keeps its old certificates: .*cert\.pem is not a certificate/,
      })
      assert.equal((await ask()).certificate, 'third.example')
      await install('third.example')
    })

    it('resumes sessions of reactors that were replaced, with the certificate of now', async () => {
      const { session } = await ask()
      await install('fourth.example')
      await server.reload()
      assert.equal((await ask(session)).isReused, true)
      assert.equal((await ask()).certificate, 'fourth.example')
    })
  })
}

describe('app.run with TLS on one thread', () => {
  it('reads the certificates again on SIGHUP', async () => {
    await install('before.example')
    const port = await freePort()
    const program = fileURLToPath(new URL('support/tls-run.ts', import.meta.url))
    const child = spawn(process.execPath, [program, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const shown = async (): Promise<string> => {
      const options = clientOptions(port, ca.cert, { checkServerIdentity: () => undefined })
      return (await tlsExchange(options, GET)).certificate
    }
    assert.match(String((await printed.next()).value), /serves https:/)
    assert.equal(await shown(), 'before.example')
    await install('after.example')
    child.kill('SIGHUP')
    assert.match(String((await printed.next()).value), /^SIGHUP: reading the certificates again/)
    assert.match(String((await printed.next()).value), /new connections get the new certificates/)
    assert.equal(await shown(), 'after.example')
    child.kill('SIGTERM')
    assert.deepEqual(await exited, [0, null])
  })
})

describe('TLS on reactors', () => {
  it('fails at once, with one message, if the certificate cannot be used', async () => {
    writeFileSync(join(folder, 'key.pem'), 'broken')
    await assert.rejects(start('cluster'), {
      code: 'NET_TLS',
      message: /key\.pem is not a private key in PEM format/,
    })
  })

  it('fails if the reactors would serve in the clear what was to be encrypted', async () => {
    await install('first.example')
    const listening = new App().listen({
      port: 0,
      reactors: 2,
      module: new URL('support/app.ts', import.meta.url),
      tls: { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') },
    })
    await assert.rejects(listening.toPromise(), /listen\(\)\.tls must be the same in the module/)
  })
})
