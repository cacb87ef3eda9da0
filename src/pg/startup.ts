import { md5Password } from './auth/md5.ts'
import { ScramSha256 } from './auth/scram-sha-256.ts'
import { type PgConfig } from './config.ts'
import { PgError, PgProtocolError } from './errors.ts'
import { decodeErrorFields } from './protocol/error-fields.ts'
import type { MessageSink } from './protocol/framing.ts'
import {
  writePassword,
  writeSaslInitialResponse,
  writeSaslResponse,
  writeStartup,
} from './protocol/frontend-message.ts'
import { MessageReader } from './protocol/reader.ts'
import type { MessageWriter } from './protocol/writer.ts'

/** What identifies a back end to a cancel request. */
export interface BackendKey {
  readonly processId: number
  readonly secretKey: Buffer
}

export interface StartupHost {
  onOutput(): void
  onReady(key: BackendKey | undefined): void
  onRefused(error: Error): void
}

/**
 * The first phase of a connection: startup message, authentication, up to the first ReadyForQuery.
 *
 * @see PostgreSQL manual, "Message Flow", Start-up; "SASL Authentication"
 */
export class Startup implements MessageSink {
  readonly #config: PgConfig
  readonly #output: MessageWriter
  readonly #host: StartupHost
  #key: BackendKey | undefined
  #scram: ScramSha256 | undefined
  /** With SCRAM the server, too, has to prove itself before its "ok" counts. */
  #isServerProven = true

  constructor(config: PgConfig, output: MessageWriter, host: StartupHost) {
    this.#config = config
    this.#output = output
    this.#host = host
  }

  begin(): void {
    const { user, database, applicationName } = this.#config
    const parameters: [string, string][] = [
      ['user', user],
      ['database', database],
      ['client_encoding', 'UTF8'],
      ['DateStyle', 'ISO'],
    ]
    if (applicationName !== undefined) parameters.push(['application_name', applicationName])
    writeStartup(this.#output, parameters)
    this.#host.onOutput()
  }

  /** @throws {PgProtocolError} on anything a server may not say in this phase */
  onMessage(type: number, bytes: Buffer, _view: DataView, start: number, end: number): void {
    const reader = new MessageReader(bytes, start, end)
    switch (type) {
      case 0x52: // R, Authentication*
        return this.#authenticate(reader)
      case 0x4b: // K, BackendKeyData
        this.#key = { processId: reader.int32(), secretKey: reader.bytes(reader.left) }
        return
      case 0x5a: // Z, ReadyForQuery
        if (!this.#isServerProven) throw new PgProtocolError('The server skipped the end of SCRAM')
        return this.#host.onReady(this.#key)
      case 0x45: // E, ErrorResponse
        return this.#host.onRefused(new PgError(decodeErrorFields(reader), undefined))
      case 0x53: // S, ParameterStatus
      case 0x4e: // N, NoticeResponse
      case 0x76: // v, NegotiateProtocolVersion: we ask for 3.0 and no option, so nothing is lost
        return
      default:
        throw new PgProtocolError(`Unexpected message of type 0x${type.toString(16)} at start-up`)
    }
  }

  #authenticate(reader: MessageReader): void {
    const method = reader.int32()
    switch (method) {
      case 0:
        if (!this.#isServerProven) throw new PgProtocolError('The server skipped the end of SCRAM')
        return
      case 3:
        return this.#answer((out) => writePassword(out, this.#password()))
      case 5: {
        const hash = md5Password(this.#config.user, this.#password(), reader.bytes(4))
        return this.#answer((out) => writePassword(out, hash))
      }
      case 10:
        return this.#beginScram(reader)
      case 11: {
        const scram = this.#requireScram()
        const answer = scram.finalMessage(reader.text(reader.left))
        return this.#answer((out) => writeSaslResponse(out, answer))
      }
      case 12:
        this.#requireScram().verify(reader.text(reader.left))
        this.#isServerProven = true
        return
      default:
        throw new PgProtocolError(
          `The server asks for authentication method ${method}, which is not supported`,
        )
    }
  }

  #beginScram(reader: MessageReader): void {
    const mechanisms: string[] = []
    for (let name = reader.cstring(); name !== ''; name = reader.cstring()) mechanisms.push(name)
    if (!mechanisms.includes('SCRAM-SHA-256')) {
      throw new PgProtocolError(`The server offers only ${mechanisms.join(', ')}`)
    }
    const scram = new ScramSha256(this.#password())
    this.#scram = scram
    this.#isServerProven = false
    this.#answer((out) => writeSaslInitialResponse(out, 'SCRAM-SHA-256', scram.firstMessage))
  }

  #requireScram(): ScramSha256 {
    if (this.#scram === undefined) throw new PgProtocolError('SCRAM goes on before it began')
    return this.#scram
  }

  #password(): string {
    const { password } = this.#config
    if (password === undefined) {
      throw new PgProtocolError('The server asks for a password, and none is configured')
    }
    return password
  }

  #answer(write: (out: MessageWriter) => void): void {
    write(this.#output)
    this.#host.onOutput()
  }
}
