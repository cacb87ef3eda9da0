import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { peerFile, peerVersion } from '../lib/peers.ts'

export interface WebSocketContestant {
  readonly name: string
  /** Program and arguments of its server. */
  readonly command: readonly [string, ...string[]]
  /** Version of the peer's package; `undefined` for what comes with this repository. */
  readonly version: string | undefined
}

export const FASTERAPI = 'fasterapi'

/** All contestants, ours first. Reads installed packages, so the peers must be there. */
export function contestants(): WebSocketContestant[] {
  const node = process.execPath
  return [
    { name: FASTERAPI, command: [node, own('fasterapi.ts')], version: undefined },
    { name: 'ws', command: [node, own('peers/ws.js')], version: peerVersion('ws') },
    {
      name: 'uWebSockets.js',
      command: [nodeForUwebsockets(), own('peers/uwebsockets.js')],
      version: peerVersion('uwebsockets'),
    },
  ]
}

function own(file: string): string {
  return join(import.meta.dirname, file)
}

/** The running Node if it can load the peer's binary, otherwise Node 20: see the suite of HTTP. */
function nodeForUwebsockets(): string {
  const module = peerFile('uwebsockets', 'uws.js')
  const { status } = spawnSync(process.execPath, [module], { stdio: 'ignore' })
  return status === 0 ? process.execPath : peerFile('node20', 'bin', 'node')
}
