import { type MessagePort, postMessageToThread } from 'node:worker_threads'
import { asCallback } from '../callback.ts'

/** A port on its way to another place of a mesh. */
export interface PortHandover {
  /** Name of the mesh, and what tells this message from others to the thread. */
  readonly fasterapiMesh: string
  /** Place of the sender, and its generation. */
  readonly place: number
  readonly generation: number
  readonly port: MessagePort
}

/** Sends a port to a thread; `onDone` is told when it is there, or that it never will be. */
export function handOverPort(
  threadId: number,
  handover: PortHandover,
  onDone: (isThere: boolean) => void,
): void {
  const done = (isThere: boolean) => (): void => asCallback(() => onDone(isThere))
  void postMessageToThread(threadId, handover, [handover.port]).then(done(true), done(false))
}

/** Calls `listener` with each port that comes for a mesh. @returns takes it off again */
export function onPortHandover(
  mesh: string,
  listener: (handover: PortHandover) => void,
): () => void {
  const onMessage = (message: Partial<PortHandover> | null | undefined): void => {
    if (message?.fasterapiMesh === mesh) asCallback(() => listener(message as PortHandover))
  }
  process.on('workerMessage', onMessage)
  return () => process.off('workerMessage', onMessage)
}
