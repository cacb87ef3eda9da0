import type { Buffer } from 'node:buffer'
import type { RequestOrigin } from '../message/request.ts'
import type { UpgradeResponse } from '../message/upgrade-response.ts'

/** Whose input it is that becomes requests. */
export interface InputOwner extends RequestOrigin {
  /**
   * The connection speaks another protocol from now on.
   *
   * @param head - a copy of what has come behind the request
   * @param isPeerDone - true if the peer has ended its side
   */
  handOver(response: UpgradeResponse, head: Buffer, isPeerDone: boolean): void
}
