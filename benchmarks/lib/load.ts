import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { BENCHMARKS, peerFile } from './peers.ts'
import { findProgram, LOAD_CORE, pinned } from './pin.ts'

/** What to send, over how many connections, for how long. */
export interface Load {
  readonly port: number
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly body?: string
  /** Type of the body; JSON if not given. */
  readonly contentType?: string
  /** Requests per write; 1 is plain keep-alive. */
  readonly pipelining: number
  readonly connections: number
  readonly milliseconds: number
}

/** What the load generator saw. */
export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
  /** 99th percentile of the latency in milliseconds; not a number when it is not known. */
  readonly p99Ms: number
  /** Socket errors and answers outside 2xx and 3xx: any makes the round worthless. */
  readonly errors: number
}

const { SIGINT } = constants.signals
const RETRY_MS = 10
const JSON_TYPE = 'application/json'

/** Runs the load from its own core and returns when it has stopped. */
export function generateLoad(load: Load): Promise<LoadResult> {
  const wrk = findProgram('wrk')
  return wrk === undefined ? runAutocannon(load) : runWrk(wrk, load)
}

async function runWrk(wrk: string, load: Load): Promise<LoadResult> {
  const script = load.pipelining > 1 ? 'pipeline.lua' : load.method === 'POST' ? 'post.lua' : null
  const { body, contentType = JSON_TYPE } = load
  // wrk counts whole seconds only: it gets more than enough and is interrupted, which it reports as
  // an ordinary end.
  const options = ['-t', '1', '-c', String(load.connections), '-d', '600s', '--latency']
  const withScript = script === null ? [] : ['-s', join(BENCHMARKS, 'http', script)]
  const url = `http://127.0.0.1:${load.port}${load.target}`
  const posted = body === undefined ? [] : ['--', body, contentType]
  const rest = load.pipelining > 1 ? ['--', String(load.pipelining)] : posted
  const child = startPinned([wrk, ...options, ...withScript, url, ...rest])
  let timer = setTimeout(function interrupt() {
    // On a busy machine it may not have come so far: then the signal would end it without a word.
    if (catchesInterrupts(child.process.pid)) child.process.kill('SIGINT')
    else timer = setTimeout(interrupt, RETRY_MS)
  }, load.milliseconds)
  const output = await child.output
  clearTimeout(timer)
  const result = parseWrk(output)
  // wrk corrects latencies by the mean interval of one request, but records them per batch: with
  // pipelining it invents most of what it reports.
  return load.pipelining > 1 ? { ...result, p99Ms: Number.NaN } : result
}

/** Whether a process handles SIGINT; assumed where there is no `/proc` to look at. */
function catchesInterrupts(pid: number | undefined): boolean {
  const file = `/proc/${pid}/status`
  return !existsSync(file) || parseCaughtSignals(readFileSync(file, 'latin1')).has(SIGINT)
}

/** @see proc(5), `/proc/pid/status`, SigCgt: a hexadecimal mask, signal 1 is its lowest bit */
export function parseCaughtSignals(text: string): ReadonlySet<number> {
  const mask = BigInt(`0x${/^SigCgt:\s+([0-9a-f]+)$/m.exec(text)?.[1] ?? '0'}`)
  const signals = Array.from({ length: 64 }, (_, index) => index + 1)
  return new Set(signals.filter((signal) => (mask >> BigInt(signal - 1)) & 1n))
}

async function runAutocannon(load: Load): Promise<LoadResult> {
  const seconds = String(Math.max(1, Math.round(load.milliseconds / 1_000)))
  const type = `content-type=${load.contentType ?? JSON_TYPE}`
  const body = load.body === undefined ? [] : ['-H', type, '-b', load.body]
  const shape = ['-c', String(load.connections), '-p', String(load.pipelining), '-d', seconds]
  const url = `http://127.0.0.1:${load.port}${load.target}`
  const program = peerFile('autocannon', 'autocannon.js')
  const options = ['--json', '-m', load.method, ...shape, ...body, url]
  const child = startPinned([process.execPath, program, ...options])
  return parseAutocannon(await child.output)
}

function startPinned(command: [string, ...string[]]) {
  const [program, ...args] = pinned(LOAD_CORE, command)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint += chunk
  })
  const output = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${complaint.trim()}`)
    return text
  })
  return { process: child, output }
}

const MILLIS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['us', 0.001],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
])

/**
 * Reads the report of `wrk --latency`.
 *
 * @throws {Error} if the totals are missing
 */
export function parseWrk(output: string): LoadResult {
  const total = /^\s*(\d+) requests in /m.exec(output)
  const rate = /^Requests\/sec:\s+([\d.]+)/m.exec(output)
  if (total === null || rate === null) throw new Error(`Not a wrk report: ${output}`)
  const latency = /^\s+99%\s+([\d.]+)(us|ms|s|m)\s*$/m.exec(output)
  return {
    requests: Number(total[1]),
    requestsPerSecond: Number(rate[1]),
    p99Ms: (Number(latency?.[1]) || Number.NaN) * (MILLIS_PER_UNIT.get(latency?.[2] ?? '') ?? 1),
    errors: wrkErrors(output),
  }
}

function wrkErrors(output: string): number {
  const sockets =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.slice(1) ??
    []
  const statuses = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? '0'
  return [...sockets, statuses].reduce((sum, count) => sum + Number(count), 0)
}

/** The part of autocannon's report that is used. */
interface AutocannonReport {
  readonly requests: { readonly total: number; readonly average: number }
  readonly latency: { readonly p99: number }
  readonly errors: number
  readonly timeouts: number
  readonly non2xx: number
}

/** Reads the report of `autocannon --json`. */
export function parseAutocannon(output: string): LoadResult {
  const report: AutocannonReport = JSON.parse(output)
  return {
    requests: report.requests.total,
    requestsPerSecond: report.requests.average,
    p99Ms: report.latency.p99,
    errors: report.errors + report.timeouts + report.non2xx,
  }
}
