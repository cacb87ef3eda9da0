export { Collector } from './collector.ts'
export {
  ReactorCrashLoopError,
  ReactorExitError,
  ReactorStartError,
  ReactorStateError,
} from './errors.ts'
export { detectFeatures, type Features } from './features.ts'
export { type Boot, boot } from './identity.ts'
export type { Member } from './member.ts'
export { type Membership, membership, type Tenant } from './membership.ts'
export type { Address, ListenTarget, Reading } from './messages.ts'
export { processHosts } from './process-host.ts'
export { Reactor } from './reactor.ts'
export {
  type ReactorExit,
  type SupervisionOptions,
  type SupervisionSettings,
  supervisionSettings,
} from './supervision.ts'
export {
  type Acceptor,
  DRAIN_TIMEOUT_MS,
  Supervisor,
  type SupervisorOptions,
} from './supervisor.ts'
export { threadHosts } from './thread-host.ts'
