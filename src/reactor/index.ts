export { type ErrorClass, registerErrorClasses } from '../core/error-classes.ts'
export { type Remote, type Remotes, remote } from './calls/remote.ts'
export { ServiceGroup, type ServiceGroupOptions } from './calls/service-group.ts'
export {
  type MethodArgs,
  type MethodName,
  type MethodResult,
  Sharded,
  sharded,
} from './calls/sharded.ts'
export { type SubmitOptions, sendTo, submitTo } from './calls/submit.ts'
export { publish, type Subscriber, subscribe } from './calls/topics.ts'
export {
  ReactorCrashLoopError,
  ReactorExitError,
  ReactorStartError,
  ReactorStateError,
} from './errors.ts'
export { Collector } from './membership/collector.ts'
export type { Reading } from './membership/messages.ts'
export { Mesh, type MeshStats } from './mesh/mesh.ts'
export { coreCount, currentMesh, joinMesh, ownCore } from './mesh/mesh-current.ts'
export {
  MessageError,
  ReactorGoneError,
  RemoteNameError,
  ServiceStoppedError,
  UnknownRemoteError,
} from './mesh/mesh-errors.ts'
export { createMeshMemory, type MeshMemory, type MeshMemoryOptions } from './mesh/mesh-memory.ts'
export type { MeshOptions } from './mesh/mesh-options.ts'
export { Reactor } from './reactor.ts'
export type { ReactorStats } from './sight/reactor-stats.ts'
export {
  type Stall,
  StallDetector,
  type StallDetectorOptions,
  type StallStats,
  type Watched,
} from './sight/stall-detector.ts'
export { StallWatchdog, type StallWatchdogOptions } from './sight/watchdog.ts'
export type { ReactorExit, SupervisionOptions } from './supervision/supervision-options.ts'
export {
  HighResolutionClock,
  type HighResolutionOptions,
  highResolutionClock,
} from './timers/high-resolution-clock.ts'
export { type DeadlineOptions, nowNs, timerAt } from './timers/timer.ts'
