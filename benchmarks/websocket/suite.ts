import { join } from 'node:path'
import { Child } from '../lib/child.ts'
import { cpuMicros } from '../lib/cpu.ts'
import { installPeers } from '../lib/peers.ts'
import { LOAD_CORE, pinned, SERVER_CORE } from '../lib/pin.ts'
import { progress } from '../lib/progress.ts'
import type { Comparison, Measurement } from '../lib/report.ts'
import { interleave, type Plan } from '../lib/rounds.ts'
import { median } from '../lib/stats.ts'
import { keepWanted, type Suite, type SuiteOptions } from '../lib/suites.ts'
import { CASES, ECHO, ECHO_PIPELINED, FAN_OUT, FAN_OUT_BURST, type WebSocketCase } from './cases.ts'
import { contestants, FASTERAPI, type WebSocketContestant } from './contestants.ts'
import type { LoadAnswer } from './load.ts'

const FULL: Plan = { rounds: 5, warmUpMs: 1_500, measureMs: 1_000 }
const QUICK: Plan = { rounds: 3, warmUpMs: 500, measureMs: 400 }

/**
 * Largest allowed ratio by case and peer; pairs without one are for information.
 *
 * One message at a time is two system calls and little else: there, uWebSockets.js is the floor, at
 * some 0.8 of `ws`.
 */
const BUDGETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  [ECHO]: { 'uWebSockets.js': 1.2, ws: 1 },
  [ECHO_PIPELINED]: { 'uWebSockets.js': 1, ws: 0.5 },
  [FAN_OUT]: { ws: 1.1 },
  [FAN_OUT_BURST]: { ws: 0.333 },
}

interface Running {
  readonly contestant: WebSocketContestant
  readonly child: Child
  readonly load: Child
  readonly port: number
}

interface Round extends LoadAnswer {
  readonly cpuMicrosPerMessage: number
}

/** Server CPU time per message, ours against the peers, on one core each. */
export const websocket: Suite = {
  async run(options) {
    installPeers()
    const plan = options.quick ? QUICK : FULL
    const comparisons = comparisonsFor(options)
    const absent = new Map<string, string>()
    const running = await startAll(comparisons, absent)
    try {
      const measurements = await measureAll(running, comparisons, plan)
      return { measurements, comparisons, absent, versions: versionsOf(running) }
    } finally {
      await Promise.all(running.flatMap(({ child, load }) => [child.stop(), load.stop()]))
    }
  },
}

function comparisonsFor(options: SuiteOptions): readonly Comparison[] {
  const peers = contestants().filter(({ name }) => name !== FASTERAPI)
  const pairs = CASES.flatMap(({ name: each }) =>
    peers.map(({ name: peer }) => ({
      case: each,
      ours: FASTERAPI,
      peer,
      budget: BUDGETS[each]?.[peer] ?? null,
    })),
  )
  return keepWanted(options.filter, pairs)
}

async function startAll(
  comparisons: readonly Comparison[],
  absent: Map<string, string>,
): Promise<Running[]> {
  const running: Running[] = []
  for (const contestant of contestants()) {
    const { name, command } = contestant
    if (!comparisons.some((pair) => pair.ours === name || pair.peer === name)) continue
    try {
      const env = { NODE_ENV: 'production' }
      const child = await Child.start(pinned(SERVER_CORE, command), env)
      const program = join(import.meta.dirname, 'load.ts')
      const load = await Child.start(pinned(LOAD_CORE, [process.execPath, program]))
      running.push({ contestant, child, load, port: Number(child.ready['port']) })
    } catch (error) {
      absent.set(name, error instanceof Error ? error.message : String(error))
      progress(`${name} does not run here: ${absent.get(name)}`)
    }
  }
  return running
}

async function measureAll(
  running: readonly Running[],
  comparisons: readonly Comparison[],
  plan: Plan,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const each of CASES) {
    const cells = running.filter(({ contestant: { name } }) =>
      comparisons.some(
        (pair) => pair.case === each.name && (pair.ours === name || pair.peer === name),
      ),
    )
    const rounds = new Map<Running, Round[]>(cells.map((cell) => [cell, []]))
    for (const cell of cells) await measureOnce(cell, each, plan.warmUpMs)
    await interleave(`websocket, ${each.name}`, cells, plan.rounds, async (cell) => {
      rounds.get(cell)?.push(await measureOnce(cell, each, plan.measureMs))
    })
    for (const [cell, results] of rounds) {
      measurements.push({
        case: each.name,
        contestant: cell.contestant.name,
        unit: each.unit,
        samples: results.map((round) => round.cpuMicrosPerMessage),
        info: { 'messages/s': median(results.map((round) => round.messagesPerSecond)) },
      })
    }
  }
  return measurements
}

async function measureOnce(
  { contestant, child, load, port }: Running,
  each: WebSocketCase,
  milliseconds: number,
): Promise<Round> {
  const before = cpuMicros(child.pid)
  const answer = await load.ask<LoadAnswer>({ ...each, port, milliseconds })
  const used = cpuMicros(child.pid) - before
  if (answer.errors > 0 || answer.messages === 0) {
    throw new Error(
      `${contestant.name}, ${each.name}: ${answer.errors} errors, ${answer.messages} messages`,
    )
  }
  return { ...answer, cpuMicrosPerMessage: used / answer.messages }
}

function versionsOf(running: readonly Running[]): Record<string, string> {
  return Object.fromEntries(
    running
      .filter(({ contestant }) => contestant.version !== undefined)
      .map(({ contestant, child }) => [
        contestant.name,
        `${contestant.version} (${String(child.ready['runtime'])})`,
      ]),
  )
}
