import { OptionError } from '../../core/errors.ts'
import { Mesh } from './mesh.ts'
import type { MeshMemory } from './mesh-memory.ts'
import type { MeshOptions } from './mesh-options.ts'

let current: Mesh | undefined

/**
 * Makes this thread the reactor of `core` for calls between cores; or, with the id `memory.count`, the
 * supervisor, who can call and be called, too.
 *
 * @throws {OptionError} if `core` or an option is wrong, or the thread has joined a mesh already
 * @throws {LimitError} if all places are taken: reactors that are being replaced have not left yet
 */
export function joinMesh(memory: MeshMemory, core: number, options?: MeshOptions): Mesh {
  if (current !== undefined && !current.hasLeft) {
    throw new OptionError('joinMesh', core, 'called once in a thread')
  }
  current = new Mesh(memory, core, options)
  return current
}

/** The mesh this thread has joined; `undefined` if there is only one reactor. */
export function currentMesh(): Mesh | undefined {
  return current
}

/** Core id of this thread's reactor; 0 if it is the only one. */
export function ownCore(): number {
  return current?.core ?? 0
}

/** How many reactors the process has. */
export function coreCount(): number {
  return current?.count ?? 1
}
