export type {
  Answer,
  AnswerOf,
  InvalidRequest,
  SuccessBody,
} from './answers.ts'
export type { ClientArguments } from './arguments.ts'
export { client } from './client.ts'
export { ClientSocket, type ClientSocketClose, type ClientSocketMessage } from './client-socket.ts'
export type {
  Call,
  Client,
  ClientEvent,
  Endpoint,
  EventCall,
  EventEndpoint,
  SocketCall,
  SocketEndpoint,
} from './client-types.ts'
export { ClientCallError, type ClientCallErrorCode, ClientError } from './errors.ts'
export { isError } from './is-error.ts'
export type { Jsonified } from './jsonified.ts'
export type {
  AttemptPolicy,
  ClientOptions,
  ConnectOptions,
  ExtraInputs,
  Fetch,
  HeaderValues,
  RequestOptions,
  UrlValue,
  UrlValues,
} from './options.ts'
