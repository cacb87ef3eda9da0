import type { MessageWriter } from './writer.ts'

const PROTOCOL_3_0 = 196608
const CANCEL_REQUEST = 80877102

const PASSWORD = 0x70
const PARSE = 0x50
const DESCRIBE = 0x44
const CLOSE = 0x43
const SYNC = 0x53
const QUERY = 0x51
const TERMINATE = 0x58
const STATEMENT = 0x53

/** The first message: it alone has no type byte. Names and values must not contain a zero byte. */
export function writeStartup(
  out: MessageWriter,
  parameters: Iterable<readonly [string, string]>,
): void {
  const start = out.at
  out.int32(0)
  out.int32(PROTOCOL_3_0)
  for (const [name, value] of parameters) {
    out.cstring(name)
    out.cstring(value)
  }
  out.uint8(0)
  out.endMessage(start)
}

/** Asks the server, on a connection of its own, to interrupt what back end `processId` runs. */
export function writeCancelRequest(
  out: MessageWriter,
  processId: number,
  secretKey: Uint8Array,
): void {
  const start = out.at
  out.int32(0)
  out.int32(CANCEL_REQUEST)
  out.int32(processId)
  out.append(secretKey)
  out.endMessage(start)
}

/** Clear text or MD5 answer. */
export function writePassword(out: MessageWriter, password: string): void {
  const start = out.beginMessage(PASSWORD)
  out.cstring(password)
  out.endMessage(start)
}

export function writeSaslInitialResponse(
  out: MessageWriter,
  mechanism: string,
  response: string,
): void {
  const start = out.beginMessage(PASSWORD)
  out.cstring(mechanism)
  out.int32(Buffer.byteLength(response))
  out.text(response)
  out.endMessage(start)
}

export function writeSaslResponse(out: MessageWriter, response: string): void {
  const start = out.beginMessage(PASSWORD)
  out.text(response)
  out.endMessage(start)
}

/** Parse without parameter types: the server infers them from the statement. */
export function writeParse(out: MessageWriter, name: string, sql: string): void {
  const start = out.beginMessage(PARSE)
  out.cstring(name)
  out.cstring(sql)
  out.int16(0)
  out.endMessage(start)
}

export function writeDescribeStatement(out: MessageWriter, name: string): void {
  const start = out.beginMessage(DESCRIBE)
  out.uint8(STATEMENT)
  out.cstring(name)
  out.endMessage(start)
}

export function writeCloseStatement(out: MessageWriter, name: string): void {
  const start = out.beginMessage(CLOSE)
  out.uint8(STATEMENT)
  out.cstring(name)
  out.endMessage(start)
}

export function writeSync(out: MessageWriter): void {
  out.endMessage(out.beginMessage(SYNC))
}

/** One or several statements as text, without parameters. */
export function writeQuery(out: MessageWriter, sql: string): void {
  const start = out.beginMessage(QUERY)
  out.cstring(sql)
  out.endMessage(start)
}

export function writeTerminate(out: MessageWriter): void {
  out.endMessage(out.beginMessage(TERMINATE))
}
