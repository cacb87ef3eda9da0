export { type ConnectionMessage, channels, type QueryMessage } from './channels.ts'
export {
  NoRowsError,
  PgConnectionError,
  PgDecodeError,
  PgError,
  PgOutcomeUnknownError,
  PgParameterError,
  PgProtocolError,
  PgUnsupportedError,
  TooManyRowsError,
  TransactionClosedError,
  TransactionRolledBackError,
} from './errors.ts'
export type { PgListenerStats } from './notifications/listener.ts'
export type {
  ListenOptions,
  NotificationsOptions,
  PgGap,
  PgNotification,
} from './notifications/notification.ts'
export type { PgSubscription } from './notifications/subscription.ts'
export { PgPool, type PgPoolStats } from './pool.ts'
export type { PgPoolOptions } from './pool-options.ts'
export type { QueryOptions, Row } from './queryable.ts'
export type { PgField, PgResult } from './result.ts'
export type { IsolationLevel, PgTransaction, TransactionOptions } from './transaction.ts'
export { json, rawJson } from './types/json.ts'
export type { Int8Mode } from './types/registry.ts'
