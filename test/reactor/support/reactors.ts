import { App, type AppServer, type ListenAppOptions } from '../../../src/app/index.ts'
import { OptionError } from '../../../src/core/errors.ts'
import type { ReactorExit } from '../../../src/reactor/index.ts'

export const APP: URL = new URL('app.ts', import.meta.url)

/** Two reactors that run `app.ts`, restarted at once when they die; `exits` says why they did. */
export async function startReactors(
  options: ListenAppOptions = {},
): Promise<{ server: AppServer; exits: ReactorExit[] }> {
  const exits: ReactorExit[] = []
  const { supervision, ...rest } = options
  const server = await new App().listen({
    reactors: 2,
    module: APP,
    ...(rest.path === undefined ? { port: 0 } : undefined),
    ...rest,
    supervision: {
      maxCrashes: 1_000,
      backoffMs: 1,
      maxBackoffMs: 1,
      onExit: (exit) => exits.push(exit),
      ...supervision,
    },
  })
  return { server, exits }
}

/** The body of an answer, over a connection of its own: the next one may go to another reactor. */
export async function ask<Answer>(server: AppServer, path: string): Promise<Answer> {
  const response = await fetch(server.url + path, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(20_000),
  })
  return (await response.json()) as Answer
}

/** Asks on new connections until the reactor with this core id is the one that answers. */
export async function askCore(server: AppServer, core: number, path: string): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    if (await ask<boolean>(server, `/on/${core}${path}`)) return
  }
  throw new OptionError('core', core, 'one that answers')
}

/** Waits until it is so, at most 20 s. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 20_000
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`It did not come true: ${String(isSo)}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** A reactor serves on every core. */
export function isServing(server: AppServer): boolean {
  return server.reactors.every((each) => each.isServing)
}

/** How often the reactor of each core was replaced. */
export function generations(server: AppServer): number[] {
  return server.reactors.map(({ generation }) => generation)
}
