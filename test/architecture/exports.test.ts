import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

interface Manifest {
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>
}

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as Manifest

/** Entry points and, of each, some names that users rely on. */
const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  '.': [
    'App',
    'Future',
    'HttpError',
    'body',
    'cors',
    'dep',
    'events',
    'file',
    'form',
    'int',
    'object',
    'operation',
    'query',
    'reply',
    'signedCookie',
    'whenAll',
  ],
  './future': [
    'Batch',
    'BoundedQueue',
    'ConditionVariable',
    'Deferred',
    'Future',
    'Gate',
    'Pipeline',
    'RwLock',
    'Semaphore',
    'chain',
    'configureRunQueue',
    'dumpFutures',
    'mapAsync',
    'maybeYield',
    'retryAsync',
    'serializeError',
    'sleep',
    'timeoutAsync',
    'whenAll',
    'whenAny',
    'yieldNow',
    'RetryBudget',
    'STOP',
    'doUntil',
    'filterAsync',
    'forEachAsync',
    'mapReduce',
    'reduceAsync',
    'repeat',
    'repeatUntilValue',
    'whenAllSettled',
    'whenAllSucceed',
    'whenAnySucceed',
    'whenSome',
  ],
  './reactor': [
    'Collector',
    'Reactor',
    'ReactorCrashLoopError',
    'ReactorStartError',
    'HighResolutionClock',
    'highResolutionClock',
    'joinMesh',
    'nowNs',
    'publish',
    'remote',
    'sendTo',
    'sharded',
    'submitTo',
    'subscribe',
    'timerAt',
  ],
  './schema': ['array', 'int', 'object', 'str'],
  './net': ['Connection', 'Listener', 'TlsConfigError'],
  './http': [
    'CookieSigner',
    'HttpError',
    'HttpRequest',
    'HttpResponse',
    'HttpServer',
    'Router',
    'compression',
    'conditional',
    'decompression',
    'negotiateMediaType',
    'sendFile',
    'staticFiles',
    'UploadFile',
    'multipart',
    'parseEventStream',
    'readForm',
    'serializeCookie',
    'sse',
  ],
  './http-client': [
    'ClientResponse',
    'HttpClient',
    'HttpClientError',
    'clientRequestFinish',
    'parseTraceparent',
    'startTrace',
    'withTracestate',
  ],
  './resilience': [
    'Bulkhead',
    'CircuitBreaker',
    'CircuitOpenError',
    'Deadline',
    'RateLimiter',
    'ResiliencePolicy',
    'currentCallContext',
    'withCallContext',
  ],
  './websocket': [
    'CLOSE_CODE',
    'WebSocket',
    'broadcast',
    'postgresBridge',
    'redisBridge',
    'relayBridge',
    'topicBridgeStats',
    'useTopicBridge',
    'webSocketHandler',
    'webSocketStats',
  ],
  './pg': ['NoRowsError', 'PgConnectionError', 'PgError', 'PgPool'],
  './observability': [
    'formatPrometheus',
    'httpClientMetrics',
    'httpMetrics',
    'metricsByReactor',
    'pgMetrics',
  ],
  './app': ['App', 'dep', 'reply', 'router'],
  './middleware': [
    'accessLog',
    'compose',
    'cors',
    'middleware',
    'rateLimit',
    'requestId',
    'securityHeaders',
    'timeout',
    'trustedHost',
  ],
  './security': ['apiKey', 'httpBasic', 'oauth2Password', 'security', 'securityScopes'],
  './settings': ['SettingsError', 'setting', 'settings', 'settingsTemplate'],
  './jobs': ['JobQueue', 'Jobs', 'jobMetrics', 'queue'],
  './client': ['ClientCallError', 'ClientError', 'ClientSocket', 'client', 'isError'],
  './testing': ['TestClient', 'TestSocket', 'appTransport'],
}

describe('package exports', () => {
  const entries = Object.entries(manifest.exports).filter(
    ([, target]) => typeof target === 'object',
  )

  it('are the documented entry points', () => {
    assert.deepEqual(
      entries.map(([entry]) => entry),
      Object.keys(ENTRIES),
    )
  })

  for (const [entry, names] of Object.entries(ENTRIES)) {
    it(`${entry} offers ${names.join(', ')}`, async () => {
      const folder = entry === '.' ? '' : `${entry.slice(2)}/`
      const module = (await import(`../../src/${folder}index.ts`)) as Record<string, unknown>
      const missing = names.filter((name) => module[name] === undefined)
      assert.deepEqual(missing, [])
    })
  }
})
