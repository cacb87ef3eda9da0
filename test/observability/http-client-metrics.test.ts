import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from '../../src/http/index.ts'
import { formatPrometheus, httpClientMetrics } from '../../src/observability/index.ts'
import { withOrigin } from '../http-client/support/origin.ts'

describe('httpClientMetrics', () => {
  it('shows what a client has done, for Prometheus', async () => {
    await withOrigin(
      () => new HttpResponse(500, 'ab', 'text/plain'),
      async (client, server) => {
        for (let call = 0; call < 2; call++) await (await client.get('/')).bytes()
        await assert.rejects(async () => client.get('/'))
        const text = formatPrometheus(httpClientMetrics(client.stats()))
        const origin = `http://127.0.0.1:${server.port}`
        for (const line of [
          'fasterapi_http_client_calls_total 3',
          'fasterapi_http_client_requests_total 2',
          'fasterapi_http_client_responses_total{status="5xx"} 2',
          'fasterapi_http_client_failures_total{code="RESILIENCE_CIRCUIT_OPEN"} 1',
          'fasterapi_http_client_received_bytes_total 4',
          'fasterapi_http_client_request_duration_seconds_count 2',
          `fasterapi_http_client_circuit_state{origin="${origin}"} 2`,
          `fasterapi_http_client_circuit_refused_total{origin="${origin}"} 1`,
          `fasterapi_http_client_origin_running{origin="${origin}"} 0`,
        ]) {
          assert.ok(text.includes(`${line}\n`), `${line} is not in\n${text}`)
        }
      },
      { breaker: { minCalls: 2 } },
    )
  })

  it('has no circuit of a client without breakers', async () => {
    await withOrigin(
      () => new HttpResponse(204, null),
      async (client) => {
        await client.get('/')
        const text = formatPrometheus(httpClientMetrics(client.stats()))
        assert.ok(!text.includes('circuit_state{'))
      },
    )
  })
})
