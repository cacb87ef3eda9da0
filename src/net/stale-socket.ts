import { lstatSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred, type Future } from '../future/index.ts'

/**
 * Removes the file of a Unix socket that nobody listens on any more, as a process leaves it behind
 * that was killed.
 *
 * @returns fails if somebody does listen, or if the file is no socket
 */
export function removeStaleSocket(path: string): Future<void> {
  const done = new Deferred<void>()
  const settle = (remove: () => void): void => {
    probe.destroy()
    enterCallback()
    try {
      remove()
      done.resolve()
    } catch (error) {
      done.reject(error)
    } finally {
      leaveCallback()
    }
  }
  const probe = connect(path)
  probe.once('connect', () => settle(() => refuse(path)))
  probe.once('error', ({ code }: NodeJS.ErrnoException) => {
    settle(() => {
      // Somebody else may have removed it in the meantime.
      if (code === 'ENOENT') return
      if (code !== 'ECONNREFUSED' || !lstatSync(path).isSocket()) refuse(path)
      unlinkSync(path)
    })
  })
  return done.future
}

function refuse(path: string): never {
  throw Object.assign(new Error(`listen EADDRINUSE: address already in use ${path}`), {
    code: 'EADDRINUSE',
  })
}
