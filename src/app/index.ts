export { App } from './app.ts'
export {
  Dependency,
  type DependencyOptions,
  type DependencyScope,
  dep,
  type Provided,
  type ProvidedValue,
  type Values,
} from './dependencies/dependency.ts'
export type { Undo } from './dependencies/overrides.ts'
export { type CompleteResponse, ResponseDependency } from './dependencies/response-dependency.ts'
export { SecurityDependency, type SecurityScheme } from './dependencies/security-dependency.ts'
export { ScopedDependency, SecurityScopes, securityScopes } from './dependencies/security-scopes.ts'
export {
  AppStateError,
  DependencyError,
  RequestValidationError,
  ResponseValidationError,
  RouteDefinitionError,
} from './errors.ts'
export type {
  HttpErrorBody,
  InvalidInput,
  ProblemDetails,
  ValidationErrorBody,
  ValidationProblem,
} from './failures/error-bodies.ts'
export type { ErrorFormat } from './failures/error-format.ts'
export { type ErrorResponseOptions, errorResponse } from './failures/error-response.ts'
export { type ErrorClass, type ErrorHandler, ErrorRule, onError } from './failures/error-rule.ts'
export type { BodyOptions } from './inputs/body-options.ts'
export { type FileOptions, file, files, form, parts } from './inputs/form-inputs.ts'
export {
  background,
  body,
  bodyStream,
  cookie,
  type Declared,
  type HeaderOptions,
  header,
  Input,
  type InputMap,
  type InputSource,
  lastEventId,
  path,
  query,
  rawBody,
  request,
  response,
  rootPath,
  signal,
  signedCookie,
} from './inputs/input.ts'
export { BackgroundTasks } from './lifecycle/background-tasks.ts'
export type { BackgroundOptions } from './lifecycle/background-work.ts'
export type { LifespanGenerator } from './lifecycle/lifespan.ts'
export type {
  ArgumentPlace,
  Manifest,
  ManifestGroup,
  ManifestInput,
  ManifestRoute,
  ManifestRoutes,
} from './manifest/manifest.ts'
export { manifestOf } from './manifest/manifest-of.ts'
export { manifestRoute } from './manifest/manifest-route.ts'
export { operation } from './openapi/describe-operation.ts'
export { Operation, type OperationOptions } from './openapi/operation.ts'
export type {
  OpenApiDocument,
  OpenApiOptions,
  OperationIdSource,
  ServerDocs,
  TagDocs,
} from './openapi/options.ts'
export type { PagesOptions, RedocOptions, SwaggerUiOptions } from './openapi/pages/options.ts'
export type {
  CallbackDocs,
  ExampleDocs,
  ExternalDocs,
  HeaderDocs,
  MediaTypeDocs,
  ParameterDocs,
  RequestBodyDocs,
  ResponseDocs,
  RouteDocs,
} from './openapi/route-docs.ts'
export type { AppOptions } from './options.ts'
export type { AppRequest } from './request.ts'
export { EventStreamOutput, type EventsOptions, events } from './responses/event-stream.ts'
export { Reply, type ReplyOptions, reply } from './responses/reply.ts'
export { ResponseHead } from './responses/response-head.ts'
export {
  html,
  type RedirectOptions,
  redirect,
  type TextOptions,
  text,
} from './responses/texts.ts'
export type { RouteAdder, RoutesAdder, WebSocketAdder } from './routing/adders.ts'
export {
  del,
  get,
  head,
  options,
  patch,
  post,
  put,
  type RouteMaker,
  type RoutesByMethod,
  route,
} from './routing/methods.ts'
export type { Arguments, PathParameters } from './routing/pattern-types.ts'
export {
  type Handler,
  type HandlerResult,
  type Method,
  type OutMap,
  Route,
  type RouteInfo,
  type RouteOptions,
} from './routing/route.ts'
export { RouteGroup, type RouteMap, type RouterOptions, router } from './routing/router.ts'
export {
  WebSocketRoute,
  type WebSocketRouteHandler,
  type WebSocketRouteOptions,
  websocket,
} from './routing/websocket-route.ts'
export { AppServer, type ReactorInfo } from './serving/app-server.ts'
export type { Distribution, ListenAppOptions } from './serving/listen-options.ts'
export type { RunOptions } from './serving/run.ts'
