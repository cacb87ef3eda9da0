import { Child } from '../lib/child.ts'
import { pinned, SERVER_CORE } from '../lib/pin.ts'
import { progress } from '../lib/progress.ts'
import type { Comparison } from '../lib/report.ts'
import { contestants, type HttpContestant } from './contestants.ts'

/** A contestant whose server listens. */
export interface Running {
  readonly contestant: HttpContestant
  readonly child: Child
  readonly port: number
}

/** The contestants that the comparisons need, ours first. */
export function neededBy(comparisons: readonly Comparison[]): readonly HttpContestant[] {
  return contestants().filter(({ name }) =>
    comparisons.some((pair) => pair.ours === name || pair.peer === name),
  )
}

/** Starts a server, pinned to the core of servers. @throws {Error} if it does not run here */
export async function startServer(contestant: HttpContestant): Promise<Running> {
  const [program, ...args] = contestant.command
  const command = pinned(SERVER_CORE, [program, ...args])
  const child = await Child.start(command, { NODE_ENV: 'production' })
  return { contestant, child, port: Number(child.ready['port']) }
}

/**
 * Starts the servers that run on this machine.
 *
 * @param absent - is told of those that do not, and why
 */
export async function startServers(
  wanted: readonly HttpContestant[],
  absent: Map<string, string>,
): Promise<Running[]> {
  const running: Running[] = []
  for (const contestant of wanted) {
    try {
      running.push(await startServer(contestant))
    } catch (error) {
      absent.set(contestant.name, error instanceof Error ? error.message : String(error))
      progress(`${contestant.name} does not run here: ${absent.get(contestant.name)}`)
    }
  }
  return running
}

export async function stopServers(running: readonly Running[]): Promise<void> {
  await Promise.all(running.map(({ child }) => child.stop()))
}

/** Contestant to version and runtime, for the report. */
export function versionsOf(running: readonly Running[]): Record<string, string> {
  return Object.fromEntries(
    running
      .filter(({ contestant }) => contestant.version !== undefined)
      .map(({ contestant, child }) => [
        contestant.name,
        `${contestant.version} (${String(child.ready['runtime'])})`,
      ]),
  )
}
