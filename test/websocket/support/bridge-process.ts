import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const BRIDGE_APP: URL = new URL('bridge-app.ts', import.meta.url)

/** A process of its own that runs the app. */
export interface BridgeProcess {
  readonly port: number
  /** @returns the status it ended with; 0 when everything was closed */
  stop(): Promise<number | null>
}

export async function startBridgeProcess(
  env: Readonly<Record<string, string>>,
): Promise<BridgeProcess> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(BRIDGE_APP)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit') as Promise<[number | null]>
  const port = await new Promise<number>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(Number.parseInt(text, 10))
    })
    child.once('exit', (status) => reject(new Error(`It ended with ${status}`)))
  })
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      const [status] = await ended
      clearTimeout(timer)
      return status
    },
  }
}
