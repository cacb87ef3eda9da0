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
export const NODE_HTTP = 'node:http'
export const FASTIFY = 'Fastify'
export const ELYSIA = 'Elysia on Bun'
export const UWEBSOCKETS = 'uWebSockets.js'

/** All but ours. */
export const PEERS: readonly string[] = [NODE_HTTP, FASTIFY, 'Hono', 'Express', ELYSIA, UWEBSOCKETS]

/** All contestants, ours first. Reads installed packages, so the peers must be there. */
export function contestants(): HttpContestant[] {
  const node = process.execPath
  const bun = peerFile('bun', 'bin', 'bun.exe')
  return [
    { name: FASTERAPI, command: [node, own('fasterapi.ts')], version: undefined },
    { name: ENGINE, command: [node, own('engine.ts')], version: undefined },
    { name: NODE_HTTP, command: [node, peer('node-http')], version: undefined },
    { name: FASTIFY, command: [node, peer('fastify')], version: peerVersion('fastify') },
    { name: 'Hono', command: [node, peer('hono')], version: peerVersion('hono') },
    { name: 'Express', command: [node, peer('express')], version: peerVersion('express') },
    { name: ELYSIA, command: [bun, peer('elysia')], version: peerVersion('elysia') },
    {
      name: UWEBSOCKETS,
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
