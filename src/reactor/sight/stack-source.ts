import type { Future } from '../../future/index.ts'

/** Somebody who can say what another thread is doing right now. */
export interface StackSource {
  /** Gets ready, while the thread is idle: a busy one takes long to let a debugger in. */
  attach(): void
  /**
   * Stops the thread, looks, and lets it go on. One inside a native call answers when that returns.
   *
   * @returns the stack, one line a frame; `undefined` if it was {@link cancel}led, or the thread ended, before
   */
  capture(threadId: number): Future<string | undefined>
  /** What was asked for is not worth stopping the thread any more. */
  cancel(threadId: number): void
}
