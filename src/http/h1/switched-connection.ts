import type { Buffer } from 'node:buffer'
import type { Connection } from '../../net/index.ts'
import type { UpgradedConnection, UpgradeResponse } from '../message/upgrade-response.ts'
import type { ServerCore } from './server-core.ts'

/** What a server still does for a connection that speaks another protocol: count, and close. */
export class SwitchedConnection {
  readonly #core: ServerCore
  readonly #connection: Connection
  #owner: UpgradedConnection | undefined
  #isShutDown = false
  #countedBytes: number

  constructor(core: ServerCore, connection: Connection) {
    this.#core = core
    this.#connection = connection
    this.#countedBytes = connection.bytesRead
  }

  /** @param head - input that came behind the request */
  handOver(response: UpgradeResponse, head: Buffer): void {
    this.#guard(() => {
      this.#owner = response.onUpgrade(this.#connection, head)
    })
  }

  shutdown(): void {
    if (this.#isShutDown) return
    this.#isShutDown = true
    this.#guard(() => this.#owner?.shutdown())
  }

  destroy(): void {
    this.#guard(() => this.#owner?.destroy())
  }

  /** Input no longer passes the server by. */
  countInput(): void {
    const { bytesRead } = this.#connection
    this.#core.counters.receivedBytes += bytesRead - this.#countedBytes
    this.#countedBytes = bytesRead
  }

  #guard(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#core.report(error, undefined)
      this.#connection.destroy()
    }
  }
}
