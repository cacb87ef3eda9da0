import {
  type FormLimits,
  type FormRequest,
  type MultipartPart,
  multipart,
} from '../../../src/http/index.ts'
import type { ExpectedPart } from './cases.ts'

/** What the cases expect. */
export const CASE_LIMITS: FormLimits = {
  maxFields: 3,
  maxFieldBytes: 400,
  maxTotalFieldBytes: 600,
  maxFiles: 2,
  maxFileBytes: 500,
  maxHeaderBytes: 400,
  maxNameBytes: 100,
  maxFilenameBytes: 100,
}

/** A request with a body in these pieces. */
export function upload(chunks: Iterable<Uint8Array>, boundary = 'b'): FormRequest {
  return {
    header: (name) =>
      name === 'content-type' ? `multipart/form-data; boundary="${boundary}"` : undefined,
    body: {
      async *chunks() {
        yield* chunks
      },
    },
  }
}

/** The whole part, one character per byte. */
export async function readPart(part: MultipartPart): Promise<ExpectedPart> {
  const value = Buffer.from(await part.bytes()).toString('latin1')
  return {
    name: part.name,
    value,
    ...(part.filename === undefined ? undefined : { filename: part.filename }),
    ...(part.contentType === undefined ? undefined : { contentType: part.contentType }),
  }
}

export async function readParts(
  chunks: Iterable<Uint8Array>,
  boundary?: string,
  limits: FormLimits = CASE_LIMITS,
): Promise<ExpectedPart[]> {
  const parts: ExpectedPart[] = []
  for await (const part of multipart(upload(chunks, boundary), limits)) {
    parts.push(await readPart(part))
  }
  return parts
}

/** In one piece, byte by byte, and cut at each byte. */
export function* splits(body: Buffer): Generator<[string, Buffer[]]> {
  yield ['whole', [body]]
  yield ['byte by byte', Array.from(body, (_, at) => body.subarray(at, at + 1))]
  for (let cut = 1; cut < body.length; cut++) {
    yield [`cut at ${cut}`, [body.subarray(0, cut), body.subarray(cut)]]
  }
}
