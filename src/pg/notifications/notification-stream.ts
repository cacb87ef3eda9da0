import { AbortedError, LimitError } from '../../core/errors.ts'
import type { Future } from '../../future/index.ts'
import type { NotificationHandler, NotificationsOptions, PgNotification } from './notification.ts'
import type { PgSubscription } from './subscription.ts'

/**
 * The notifications of a channel as a loop; it listens from the first `next()` to the loop's end.
 *
 * @param listen - begins to listen
 */
export async function* streamNotifications(
  listen: (handler: NotificationHandler) => Future<PgSubscription>,
  maxQueued: number,
  { onGap, signal }: NotificationsOptions,
): AsyncGenerator<PgNotification, void, undefined> {
  const waiting: PgNotification[] = []
  let isEnded = false
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const fail = (error: Error): void => {
    failure ??= error
    wake?.()
  }
  const onAbort = (): void => fail(new AbortedError(signal?.reason, 'Listening'))
  if (signal?.aborted === true) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  let subscription: PgSubscription | undefined
  try {
    subscription = await listen({
      onNotification(notification) {
        if (waiting.length < maxQueued) waiting.push(notification)
        else fail(new LimitError('The queue of notifications', maxQueued))
        wake?.()
      },
      onGap: (gap) => onGap?.(gap),
      onEnd() {
        isEnded = true
        wake?.()
      },
    })
    for (;;) {
      if (failure !== undefined) throw failure
      yield* waiting.splice(0)
      if (isEnded) return
      if (waiting.length > 0 || failure !== undefined) continue
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    await subscription?.unlisten()
  }
}
