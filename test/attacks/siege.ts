import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import * as net from 'node:net'
import type { HttpServerOptions } from '../../src/http/index.ts'
import type { Figures } from './attacked-server.ts'
import type { Health } from './healthy-client.ts'

/** What an attack has done to the server, and to the client beside it. */
export interface SiegeReport {
  readonly before: Figures
  /** While the attackers were still connected. */
  readonly during: Figures
  readonly health: Health
}

/** An attack: returns when it has done what it can, and leaves its connections open. */
export type Attack = (attackers: Attackers) => Promise<void>

/** The connections of an attack. */
export class Attackers {
  readonly port: number
  readonly #server: ChildProcess
  readonly sockets: net.Socket[] = []
  /** Connections the server has closed. */
  cut = 0

  constructor(server: ChildProcess, port: number) {
    this.#server = server
    this.port = port
  }

  /** Opens connections, a few hundred at a time, so that the kernel's queue holds them. */
  async open(count: number, options: { readonly isReading: boolean }): Promise<net.Socket[]> {
    const opened: net.Socket[] = []
    while (opened.length < count) {
      const group = Array.from({ length: Math.min(200, count - opened.length) }, () =>
        this.#connect(options.isReading),
      )
      await Promise.all(group.map((socket) => once(socket, 'connect')))
      opened.push(...group)
    }
    return opened
  }

  /** @param isFinal - collects garbage first, which stalls the server */
  figures(isFinal: boolean): Promise<Figures> {
    return ask<Figures>(this.#server, isFinal)
  }

  /** Waits until the figures show what `isDone` asks for, or the time is over. */
  async until(isDone: (figures: Figures) => boolean, timeoutMs = 20_000): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs
    while (!isDone(await this.figures(false))) {
      if (performance.now() > deadlineMs) throw new Error('The server does not get there')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  #connect(isReading: boolean): net.Socket {
    const socket = net.connect({ port: this.port, host: '127.0.0.1', noDelay: true })
    socket.on('error', () => {})
    socket.on('close', () => this.cut++)
    if (isReading) socket.resume()
    this.sockets.push(socket)
    return socket
  }
}

async function ask<T>(child: ChildProcess, question: boolean | string): Promise<T> {
  const answer = once(child, 'message')
  child.send(question)
  const [message] = (await answer) as [T]
  return message
}

function program(name: string, args: string[], execArgv: string[]): ChildProcess {
  return fork(new URL(name, import.meta.url), args, { execArgv })
}

/** Attacks a server of its own, with a client beside it that behaves. */
export async function siege(options: HttpServerOptions, attack: Attack): Promise<SiegeReport> {
  const server = program('./attacked-server.ts', [], ['--expose-gc'])
  let client: ChildProcess | undefined
  let attackers: Attackers | undefined
  try {
    server.send(options)
    const [port] = (await once(server, 'message')) as [number]
    attackers = new Attackers(server, port)
    const before = await attackers.figures(true)
    client = program('./healthy-client.ts', [String(port)], [])
    await once(client, 'message')
    await attack(attackers)
    const health = await ask<Health>(client, 'stop')
    return { before, during: await attackers.figures(true), health }
  } finally {
    for (const socket of attackers?.sockets ?? []) socket.destroy()
    if (server.connected) server.disconnect()
    if (client?.connected === true) client.disconnect()
  }
}
