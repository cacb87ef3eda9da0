export { Collector } from './collector.ts'
export {
  ReactorCrashLoopError,
  ReactorExitError,
  ReactorStartError,
  ReactorStateError,
} from './errors.ts'
export {
  HighResolutionClock,
  type HighResolutionOptions,
  highResolutionClock,
} from './high-resolution-clock.ts'
export { type ErrorClass, registerErrorClasses } from './mesh/error-classes.ts'
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
export type { Reading } from './messages.ts'
export { Reactor } from './reactor.ts'
export type { ReactorStats } from './reactor-stats.ts'
export { type Remote, type Remotes, remote } from './remote.ts'
export { ServiceGroup, type ServiceGroupOptions } from './service-group.ts'
export {
  type MethodArgs,
  type MethodName,
  type MethodResult,
  Sharded,
  sharded,
} from './sharded.ts'
export {
  type Stall,
  StallDetector,
  type StallDetectorOptions,
  type StallStats,
  type Watched,
} from './stall-detector.ts'
export { type SubmitOptions, sendTo, submitTo } from './submit.ts'
export type { ReactorExit, SupervisionOptions } from './supervision.ts'
export { type DeadlineOptions, nowNs, timerAt } from './timer.ts'
export { publish, type Subscriber, subscribe } from './topics.ts'
