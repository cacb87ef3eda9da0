import type { Connection } from '../net/index.ts'

/** What a socket needs of the connection under it; `Connection` is one. */
export type Transport = Pick<
  Connection,
  | 'write'
  | 'writeOwned'
  | 'pause'
  | 'resume'
  | 'end'
  | 'destroy'
  | 'setHandler'
  | 'bufferedBytes'
  | 'isCongested'
  | 'isClosed'
  | 'remoteAddress'
>
