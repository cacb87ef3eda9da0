/**
 * Answers each line on standard input with the live heap of this process, in bytes.
 *
 * Loaded in front of a server with `--expose-gc --import`; plain JavaScript, as old Nodes load it, too.
 */
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

createInterface({ input: process.stdin }).on('line', async () => {
  // Twice, with a turn between them: what finalizers let go is found by the second.
  for (let left = 2; left > 0; left--) {
    globalThis.gc()
    await pause(20)
  }
  console.log(JSON.stringify({ heapUsed: process.memoryUsage().heapUsed }))
})
