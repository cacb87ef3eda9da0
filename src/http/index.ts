import './error-registry.ts'

export { type RequestFinish, type RequestStart, requestFinish, requestStart } from './channels.ts'
export { type MediaRange, negotiateMediaType, parseAccept } from './content/accept.ts'
export { negotiateEncoding, parseAcceptEncoding } from './content/accept-encoding.ts'
export {
  type LanguageRange,
  negotiateLanguage,
  parseAcceptLanguage,
} from './content/accept-language.ts'
export type { CompressionCoding } from './content/codings.ts'
export { compression } from './content/compression.ts'
export type { CompressionOptions } from './content/compression-options.ts'
export { type ConditionalOptions, checkPreconditions, conditional } from './content/conditional.ts'
export { type DecompressionOptions, decompression } from './content/decompression.ts'
export { entityTagOf, isEntityTag, parseEntityTags } from './content/entity-tag.ts'
export type { ContentHandler, ContentRequest } from './content/handler.ts'
export { formatHttpDate, parseHttpDate } from './content/http-date.ts'
export {
  type Conditions,
  evaluatePreconditions,
  type PreconditionOutcome,
  type Validators,
} from './content/preconditions.ts'
export { type ByteRange, parseRange, type RangeOutcome } from './content/range.ts'
export { type CookieKey, CookieSigner } from './cookies/cookie-signer.ts'
export { findCookie, parseCookies } from './cookies/parse-cookies.ts'
export { type Cookie, type CookieOptions, serializeCookie } from './cookies/serialize-cookie.ts'
export {
  HttpBodyUsedError,
  HttpError,
  HttpListenError,
  HttpParseError,
  type HttpParseErrorCode,
  HttpResponseError,
  MultipartStateError,
} from './errors.ts'
export { Form } from './forms/form.ts'
export { type FormLimits, type FormSettings, formSettings } from './forms/limits.ts'
export {
  type FormOptions,
  type FormReaderSettings,
  formReaderSettings,
  readForm,
  readFormWith,
} from './forms/read-form.ts'
export { UploadFile } from './forms/upload-file.ts'
export type { FormField } from './forms/url-encoded.ts'
export type { RequestHandler } from './h1/server-core.ts'
export type { Http2Options } from './h2/options.ts'
export type { BodyOptions } from './message/body-supplier.ts'
export { createRequest, type RequestInit } from './message/create-request.ts'
export type { HeaderList } from './message/headers.ts'
export { PreparedHeaders } from './message/prepared-headers.ts'
export { HttpRequest } from './message/request.ts'
export { RequestBody } from './message/request-body.ts'
export { RequestValue } from './message/request-value.ts'
export { HttpResponse } from './message/response.ts'
export { reasonPhrase } from './message/status.ts'
export {
  StreamBody,
  type StreamChunk,
  type StreamOptions,
  type StreamSource,
} from './message/stream-body.ts'
export {
  type Tunnel,
  type TunnelOwner,
  type UpgradedConnection,
  type UpgradeOwner,
  UpgradeResponse,
} from './message/upgrade-response.ts'
export { type FormBody, type FormRequest, multipart, multipartWith } from './multipart/multipart.ts'
export type { MultipartPart } from './multipart/multipart-part.ts'
export { HTTP_SERVER_OPTION_NAMES, type HttpServerOptions } from './options.ts'
export type { Scheme } from './proxy/peer.ts'
export type { ProxyHeaders, TrustProxy } from './proxy/proxy-trust.ts'
export { RouteConflictError, RoutePatternError } from './routing/errors.ts'
export { type Convertor, type PatternSegment, parsePattern } from './routing/pattern.ts'
export { type RouteFound, type RouteMatch, Router } from './routing/router.ts'
export { HttpServer } from './server.ts'
export type { ServerSentEvent } from './sse/event.ts'
export type { EventContext, EventStreamSource } from './sse/event-feed.ts'
export {
  EventStreamParser,
  parseEventStream,
  type ReceivedEvent,
} from './sse/event-stream-parser.ts'
export { lastEventIdOf } from './sse/last-event-id.ts'
export {
  checkEventStreamOptions,
  EVENT_STREAM_TYPE,
  type EventStreamOptions,
  sse,
} from './sse/sse.ts'
export type { DotfilePolicy } from './static/file-path.ts'
export type { PrecompressedCoding, StaticFilesOptions } from './static/options.ts'
export { type SendFileOptions, sendFile } from './static/send-file.ts'
export { staticFiles } from './static/static-files.ts'
export { HTTP_STATS_BYTES, LATENCY_BOUNDS_S } from './statistics/cells.ts'
export { readHttpStats, retireHttpStats } from './statistics/read-stats.ts'
export type { HttpServerStats } from './statistics/server-stats.ts'
