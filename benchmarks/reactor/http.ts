/**
 * What a second reactor brings, and what each one costs: `node benchmarks/reactor/http.ts`.
 *
 * A load generator that needs a core of its own would take it from the reactors. So each request
 * keeps its handler busy for longer than the generator needs for it: with 200 us that is about a
 * twentieth, and two quiet cores show what two reactors do.
 *
 * On a machine that is not quiet, throughput shows what the others have left. CPU time a request does
 * not depend on that: twice the ratio of one reactor's to that of two is what two reactors serve on
 * two free cores, with whatever they cost each other and the supervisor costs them.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Child } from '../lib/child.ts'
import { cpuMicros } from '../lib/cpu.ts'
import { generateLoad, parseWrk } from '../lib/load.ts'
import { findProgram } from '../lib/pin.ts'
import { median } from '../lib/stats.ts'

const SERVER = fileURLToPath(new URL('http-server.ts', import.meta.url))
const ROUNDS = 5
const CONNECTIONS = 64
const MEASURE_MS = 2_000
/** About 200 us, about 50 us, and next to nothing. */
const TARGETS = ['/work?steps=40000', '/work?steps=10000', '/'] as const
const REACTORS = [1, 2] as const

interface Round {
  readonly requestsPerSecond: number
  readonly cpuMicros: number
  readonly p99Ms: number
}

function start(reactors: number, distribution = 'reuse-port'): Promise<Child> {
  const command = [process.execPath, SERVER, String(reactors), distribution] as const
  return Child.start(command, { NODE_ENV: 'production' })
}

async function measure(child: Child, target: string, milliseconds: number): Promise<Round> {
  const port = Number(child.ready['port'])
  const load = { method: 'GET', pipelining: 1, connections: CONNECTIONS } as const
  const before = cpuMicros(child.pid)
  const result = await generateLoad({ ...load, port, target, milliseconds })
  const used = cpuMicros(child.pid) - before
  if (result.errors > 0) throw new Error(`${result.errors} errors at ${target}`)
  const { requestsPerSecond, requests, p99Ms } = result
  return { requestsPerSecond, cpuMicros: used / requests, p99Ms }
}

async function throughput(): Promise<void> {
  const children = await Promise.all(REACTORS.map((reactors) => start(reactors)))
  for (const target of TARGETS) {
    for (const child of children) await measure(child, target, 1_000)
    const rounds: Round[][] = children.map(() => [])
    for (let round = 0; round < ROUNDS; round++) {
      for (const [at, child] of children.entries()) {
        rounds[at]?.push(await measure(child, target, MEASURE_MS))
        await pause(50)
      }
    }
    const middle = (at: number, name: keyof Round): number =>
      median((rounds[at] ?? []).map((round) => round[name]))
    const rates = REACTORS.map((_, at) => middle(at, 'requestsPerSecond'))
    for (const [at, reactors] of REACTORS.entries()) {
      const rate = (rates[at] ?? 0).toFixed(0)
      const cpu = middle(at, 'cpuMicros').toFixed(1)
      const p99 = middle(at, 'p99Ms').toFixed(1)
      console.log(`${target}, reactors ${reactors}: ${rate} req/s, ${cpu} us CPU, p99 ${p99} ms`)
    }
    const byRate = ((rates[1] ?? 0) / (rates[0] ?? 1)).toFixed(2)
    const byCpu = ((2 * middle(0, 'cpuMicros')) / middle(1, 'cpuMicros')).toFixed(2)
    console.log(`${target}: 2 reactors serve ${byRate} x one; by CPU time a request, ${byCpu} x`)
  }
  await Promise.all(children.map((child) => child.stop()))
}

/** Resident memory right after the start, and after some load, by number of reactors. */
async function memory(): Promise<void> {
  for (const reactors of [1, 2, 3, 4, 8]) {
    const child = await start(reactors)
    await pause(500)
    const idle = await child.ask<{ rss: number; heapUsed: number }>({ ask: 'memory' })
    await measure(child, '/', 2_000)
    const loaded = await child.ask<{ rss: number; heapUsed: number }>({ ask: 'memory' })
    const response = await fetch(`http://127.0.0.1:${String(child.ready['port'])}/heaps`)
    const heaps = (await response.json()) as { value: number }[]
    const heap = median(heaps.map(({ value }) => value))
    const [a, b, c, d] = [idle.rss, loaded.rss, loaded.heapUsed, heap].map(toMib)
    console.log(
      `reactors ${reactors}: RSS ${a} MiB idle, ${b} MiB after load; heap of the main thread ${c} MiB, of a reactor ${d} MiB`,
    )
    await child.stop()
  }
}

/** CPU time of a request that brings its own connection, by how that comes to its reactor. */
async function connections(): Promise<void> {
  const wrk = findProgram('wrk')
  if (wrk === undefined) return
  for (const distribution of ['reuse-port', 'transfer', 'cluster']) {
    const child = await start(2, distribution)
    const url = `http://127.0.0.1:${String(child.ready['port'])}/`
    const options = ['-t', '1', '-c', '16', '-d', '4s', '-H', 'Connection: close', url]
    const before = treeMicros(child.pid)
    const { stdout } = await promisify(execFile)(wrk, options)
    const used = treeMicros(child.pid) - before
    const { requests, requestsPerSecond } = parseWrk(stdout)
    const cpu = (used / requests).toFixed(1)
    console.log(
      `${distribution}: ${requestsPerSecond.toFixed(0)} connections/s, ${cpu} us CPU each`,
    )
    await child.stop()
  }
}

/** CPU time of a process and its children, in microseconds. */
function treeMicros(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ')
  const all = [pid, ...children.filter((each) => each !== '').map(Number)]
  return all.reduce((sum, each) => sum + cpuMicros(each), 0)
}

function toMib(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1)
}

await throughput()
await connections()
await memory()
