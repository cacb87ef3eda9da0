export { Collector } from './collector.ts'
export {
  ReactorCrashLoopError,
  ReactorExitError,
  ReactorStartError,
  ReactorStateError,
} from './errors.ts'
export type { Reading } from './messages.ts'
export { Reactor } from './reactor.ts'
export type { ReactorExit, SupervisionOptions } from './supervision.ts'
