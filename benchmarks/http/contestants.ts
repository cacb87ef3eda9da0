import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { peerFile, peerVersion } from '../lib/peers.ts'

export interface HttpContestant {
  readonly name: string
  /** Program and arguments of its server. */
  readonly command: readonly [string, ...string[]]
  /** Version of the peer's package; `undefined` for what comes with this repository or Node. */
  readonly version: string | undefined
}

export const FASTERAPI = 'fasterapi'
export const ENGINE = 'fasterapi engine'

/** All contestants, ours first. Reads installed packages, so the peers must be there. */
export function contestants(): HttpContestant[] {
  const node = process.execPath
  const bun = peerFile('bun', 'bin', 'bun.exe')
  return [
    { name: FASTERAPI, command: [node, own('fasterapi.ts')], version: undefined },
    { name: ENGINE, command: [node, own('engine.ts')], version: undefined },
    { name: 'node:http', command: [node, peer('node-http')], version: undefined },
    { name: 'Fastify', command: [node, peer('fastify')], version: peerVersion('fastify') },
    { name: 'Hono', command: [node, peer('hono')], version: peerVersion('hono') },
    { name: 'Express', command: [node, peer('express')], version: peerVersion('express') },
    { name: 'Elysia on Bun', command: [bun, peer('elysia')], version: peerVersion('elysia') },
    {
      name: 'uWebSockets.js',
      command: [nodeForUwebsockets(), peer('uwebsockets')],
      version: peerVersion('uwebsockets'),
    },
  ]
}

function own(file: string): string {
  return join(import.meta.dirname, file)
}

function peer(name: string): string {
  return join(import.meta.dirname, 'peers', `${name}.js`)
}

/**
 * The running Node if it can load the peer's binary, otherwise Node 20.
 *
 * The binaries for Node 22 and later need glibc 2.38; the one for Node 20 runs on older systems.
 */
function nodeForUwebsockets(): string {
  const module = peerFile('uwebsockets', 'uws.js')
  const { status } = spawnSync(process.execPath, [module], { stdio: 'ignore' })
  return status === 0 ? process.execPath : peerFile('node20', 'bin', 'node')
}
