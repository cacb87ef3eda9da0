import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import * as http from 'node:http'
import * as net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { HttpResponse, HttpServer } from '../../src/http/index.ts'
import { Listener } from '../../src/net/index.ts'
import { systemdSocket } from '../../src/net/systemd.ts'
import { detectFeatures } from '../../src/reactor/supervision/features.ts'

const isWindows = process.platform === 'win32'
const features = await detectFeatures()
const PROGRAM = fileURLToPath(new URL('../reactor/support/inherited-program.ts', import.meta.url))

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'fasterapi-sockets-'))
})
after(() => rmSync(folder, { recursive: true }))

/** What the server at a Unix socket answers. */
function get(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .get({ socketPath, path: '/' }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      .on('error', reject)
  })
}

describe('Listener at a Unix socket', { skip: isWindows }, () => {
  it('gives its file the mode asked for', async () => {
    const path = join(folder, 'mode.sock')
    for (const mode of [0o600, 0o660, 0o777]) {
      const listener = await Listener.listen({ path, mode }, (socket) => socket.destroy())
      assert.equal(statSync(path).mode & 0o777, mode)
      listener.close()
      assert.equal(existsSync(path), false)
    }
  })

  it('takes the place of a socket that its owner has left behind', async () => {
    const path = join(folder, 'stale.sock')
    const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    await once(spawn(process.execPath, ['-e', code]), 'exit')
    assert.ok(existsSync(path))
    const server = new HttpServer(() => new HttpResponse(200, ''))
    await server.listen({ path })
    assert.equal(await get(path), 200)
    await server.close()
  })

  it('leaves a socket alone that somebody listens on', async () => {
    const path = join(folder, 'live.sock')
    const server = new HttpServer(() => new HttpResponse(200, ''))
    await server.listen({ path })
    await assert.rejects(Listener.listen({ path }, () => {}).toPromise(), {
      code: 'NET_LISTEN',
      message: /live\.sock: the address is in use/,
    })
    assert.equal(await get(path), 200)
    await server.close()
  })

  it('leaves a file alone that is no socket', async () => {
    const path = join(folder, 'file.txt')
    writeFileSync(path, 'precious')
    await assert.rejects(Listener.listen({ path }, () => {}).toPromise(), { code: 'NET_LISTEN' })
    assert.equal(statSync(path).size, 8)
  })
})

describe('listen options', () => {
  for (const [options, expected] of [
    [{}, /port must be given, or else path, fd or systemd/],
    [{ port: 0, path: '/x' }, /port must be given, or else/],
    [{ port: 0, fd: 3 }, /port must be given, or else/],
    [{ fd: -1 }, /fd must be an integer from 0/],
    [{ port: 0, mode: 0o600 }, /mode must be absent: only the file of a path/],
    [{ path: '/x', mode: 0o1000 }, /mode must be an integer from 0 to 511/],
    [{ systemd: '' }, /systemd must be true or the name of a socket/],
  ] as const) {
    it(`refuse ${JSON.stringify(options)}`, () => {
      assert.throws(() => Listener.listen(options, () => {}), {
        code: 'CORE_OPTION',
        message: expected,
      })
    })
  }
})

describe('systemdSocket', () => {
  const ours = { LISTEN_PID: '42', LISTEN_FDS: '1' }
  const two = { LISTEN_PID: '42', LISTEN_FDS: '2', LISTEN_FDNAMES: 'http:admin' }

  it('finds the only socket, or the one of a name', () => {
    assert.equal(systemdSocket(undefined, ours, 42), 3)
    assert.equal(systemdSocket('http', two, 42), 3)
    assert.equal(systemdSocket('admin', two, 42), 4)
  })

  for (const [what, name, env, expected] of [
    ['no socket unit', undefined, {}, /LISTEN_PID and LISTEN_FDS are not set/],
    ['another process', undefined, { ...ours, LISTEN_PID: '41' }, /that is 41, this is 42/],
    ['no socket', undefined, { ...ours, LISTEN_FDS: '0' }, /LISTEN_FDS is "0"/],
    ['nonsense', undefined, { ...ours, LISTEN_FDS: '1x' }, /LISTEN_FDS is "1x"/],
    ['two sockets without a name', undefined, two, /the name of one of 2 sockets: http, admin/],
    ['a name that is not there', 'grpc', two, /exactly one socket among http, admin, got "grpc"/],
    ['a name given twice', 'a', { ...two, LISTEN_FDNAMES: 'a:a' }, /exactly one socket among a, a/],
    ['names that are not there', 'a', ours, /exactly one socket among those without names/],
  ] as const) {
    it(`says so if there is ${what}`, () => {
      assert.throws(() => systemdSocket(name, env, 42), { code: 'CORE_OPTION', message: expected })
    })
  }
})

describe('app.listen with a socket of its parent', { skip: isWindows }, () => {
  /** Runs the program with a listening socket as file descriptor 3. */
  async function run(
    address: string | number,
    options: object,
    use: (line: string, server: net.Server) => Promise<void>,
  ): Promise<void> {
    const server = net.createServer().listen(address)
    await once(server, 'listening')
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle
    const child = spawn(
      'sh',
      // As systemd does it: the process itself is named.
      ['-c', 'LISTEN_PID=$$ exec "$0" "$@"', process.execPath, PROGRAM, JSON.stringify(options)],
      { stdio: ['ignore', 'pipe', 'inherit', fd], env: { ...process.env, LISTEN_FDS: '1' } },
    )
    const exited = once(child, 'exit')
    try {
      const [line] = (await once(child.stdout!, 'data')) as [Buffer]
      await use(String(line), server)
    } finally {
      child.kill('SIGKILL')
      await exited
      server.close()
    }
  }

  /** Asks without the parent taking the connection: it accepts none while it does not poll. */
  for (const [what, options] of [
    ['fd: 3', { fd: 3 }],
    ['systemd: true', { systemd: true }],
    ['systemd: true on two reactors', { systemd: true, reactors: 2 }],
    ['systemd: true on two processes', { systemd: true, reactors: 2, distribution: 'cluster' }],
  ] as const) {
    it(`serves TCP with ${what}`, () =>
      run(0, options, async (line, server) => {
        const { port } = server.address() as net.AddressInfo
        assert.match(line, new RegExp(`^serves http://localhost:${port}`))
        // The parent accepts connections, too, as it is the same socket: those go to nobody.
        server.on('connection', (socket) => socket.destroy())
        let answers = 0
        for (let attempt = 0; attempt < 400 && answers < 3; attempt++) {
          const response = await fetch(`http://127.0.0.1:${port}/`, {
            headers: { connection: 'close' },
          }).catch(() => undefined)
          if (response?.ok === true) answers++
          await response?.text()
        }
        assert.equal(answers, 3)
      }))
  }

  it('says that a Unix socket cannot be transferred', { skip: !features.movesHandles }, () =>
    run(
      join(folder, 'given.sock'),
      { systemd: true, reactors: 2, distribution: 'transfer' },
      async (line) => {
        assert.match(line, /distribution must be 'cluster' for a Unix socket/)
      },
    ),
  )

  it('says which options make no sense together', () =>
    run(0, { fd: 3, reactors: 2, distribution: 'reuse-port' }, async (line) => {
      assert.match(line, /distribution must be 'transfer' or 'cluster' for one socket/)
    }))
})
