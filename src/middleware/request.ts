import type { HttpRequest } from '../http/index.ts'

/** What handlers and dependencies may ask of a request; {@link HttpRequest} is one. */
export type AppRequest = Pick<
  HttpRequest,
  | 'method'
  | 'target'
  | 'path'
  | 'queryString'
  | 'httpVersion'
  | 'remoteAddress'
  | 'clientAddress'
  | 'scheme'
  | 'host'
  | 'tls'
  | 'header'
  | 'headers'
  | 'hasBody'
  | 'body'
  | 'bytes'
  | 'signal'
  | 'earlyHints'
  | 'whenSent'
>
