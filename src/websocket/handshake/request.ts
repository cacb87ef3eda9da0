import type { HttpRequest } from '../../http/index.ts'

/** What a handshake needs to know of its request; `HttpRequest` is one. */
export type HandshakeRequest = Pick<
  HttpRequest,
  'method' | 'path' | 'httpVersion' | 'hasBody' | 'header' | 'remoteAddress' | 'signal'
>
