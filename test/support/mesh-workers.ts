import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import {
  createMeshMemory,
  joinMesh,
  type Mesh,
  type MeshMemory,
  type MeshMemoryOptions,
  type MeshOptions,
} from '../../src/reactor/index.ts'

const WORKER = new URL('../reactor/fixtures/worker.ts', import.meta.url)

export interface MeshSetup {
  readonly count: number
  /** What every worker loads, and so knows the remote functions of. */
  readonly module: URL
  readonly memory?: MeshMemoryOptions
  readonly mesh?: MeshOptions
}

/** Reactors in threads, with this thread as their supervisor. */
export class MeshWorkers {
  readonly mesh: Mesh
  readonly #setup: MeshSetup
  readonly #memory: MeshMemory
  readonly #workers = new Map<number, Worker>()

  private constructor(setup: MeshSetup) {
    this.#setup = setup
    this.#memory = createMeshMemory(setup.count, setup.memory)
    this.mesh = joinMesh(this.#memory, setup.count, setup.mesh)
  }

  static async start(setup: MeshSetup): Promise<MeshWorkers> {
    const workers = new MeshWorkers(setup)
    const cores = Array.from({ length: setup.count }, (_, core) => core)
    await Promise.all(cores.map((core) => workers.startCore(core)))
    return workers
  }

  /** Starts a reactor; one that the core has already is left alone, as in a rolling restart. */
  async startCore(core: number): Promise<Worker> {
    const { module, mesh: options = {} } = this.#setup
    const worker = new Worker(WORKER, {
      workerData: { memory: this.#memory, core, module: module.href, options },
    })
    this.#workers.set(core, worker)
    const { threadId } = worker
    worker.once('exit', () => this.mesh.evict(threadId))
    await once(worker, 'message')
    return worker
  }

  workerOf(core: number): Worker {
    const worker = this.#workers.get(core)
    if (worker === undefined) throw new RangeError(`Core ${core} has no worker`)
    return worker
  }

  /** Ends a reactor as an error that is not caught would. */
  async kill(core: number): Promise<void> {
    await this.workerOf(core).terminate()
  }

  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#workers.values(), (worker) => worker.terminate()))
    this.mesh.leave()
  }
}

/** Asks a worker to leave the mesh, and waits for its end. */
export async function leaveGracefully(worker: Worker): Promise<void> {
  const exited = once(worker, 'exit')
  worker.postMessage('leave')
  await exited
}
