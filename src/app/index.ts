export { App, type RouteAdder, type WebSocketAdder } from './app.ts'
export { AppServer, type ReactorInfo } from './app-server.ts'
export {
  Dependency,
  type DependencyOptions,
  type DependencyScope,
  dep,
  type Provided,
  type ProvidedValue,
  type Values,
} from './dependency.ts'
export type { ErrorClass, ErrorHandler } from './error-handlers.ts'
export {
  AppStateError,
  DependencyError,
  RequestValidationError,
  ResponseValidationError,
  RouteDefinitionError,
} from './errors.ts'
export { EventStreamOutput, type EventsOptions, events } from './event-stream.ts'
export { type FileOptions, file, files, form, parts } from './form-inputs.ts'
export {
  body,
  bodyStream,
  cookie,
  type Declared,
  header,
  Input,
  type InputMap,
  type InputSource,
  lastEventId,
  path,
  query,
  rawBody,
  request,
  signal,
  signedCookie,
} from './input.ts'
export type { Distribution, ListenAppOptions } from './listen-options.ts'
export { del, get, head, options, patch, post, put, type RouteMaker } from './methods.ts'
export type { AppOptions } from './options.ts'
export type { Undo } from './overrides.ts'
export type { Arguments, PathParameters } from './pattern-types.ts'
export { Reply, type ReplyOptions, reply } from './reply.ts'
export type { AppRequest } from './request.ts'
export { type CompleteResponse, ResponseDependency } from './response-dependency.ts'
export {
  type Handler,
  type HandlerResult,
  type Method,
  type OutMap,
  Route,
  type RouteInfo,
  type RouteOptions,
} from './route.ts'
export { RouteGroup, type RouteMap, type RouterOptions, router } from './router.ts'
export type { RunOptions } from './run.ts'
export {
  ScopedDependency,
  SecurityDependency,
  type SecurityScheme,
  SecurityScopes,
  securityScopes,
} from './security.ts'
export {
  WebSocketRoute,
  type WebSocketRouteHandler,
  type WebSocketRouteOptions,
  websocket,
} from './websocket-route.ts'
