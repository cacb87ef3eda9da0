import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { BOOT_KEY } from '../../src/reactor/identity.ts'
import { threadHosts } from '../../src/reactor/supervision/thread-host.ts'

const folder = mkdtempSync(join(tmpdir(), 'fasterapi-thread-host-'))
after(() => rmSync(folder, { recursive: true }))

const module = join(folder, 'reactor.mjs')
writeFileSync(
  module,
  `import { workerData } from 'node:worker_threads'
  const { port } = workerData[${JSON.stringify(BOOT_KEY)}]
  port.postMessage({ type: 'joined' })
  port.postMessage({ type: 'stopped', failure: undefined })
  port.close()
  process.exit(0)`,
)

describe('threadHosts', () => {
  for (const busyMs of [0, 300]) {
    it(`reports all a thread has said before its end, after ${busyMs} ms without a turn`, async () => {
      const seen: string[] = []
      await new Promise<void>((resolve) => {
        const boot = { id: 0, count: 1, generation: 0, setup: undefined }
        threadHosts(pathToFileURL(module), undefined)(boot, {
          onReport: ({ type }) => seen.push(type),
          onExit: () => {
            seen.push('exit')
            resolve()
          },
        })
        const end = performance.now() + busyMs
        while (performance.now() < end);
      })
      assert.deepEqual(seen, ['joined', 'stopped', 'exit'])
    })
  }
})
