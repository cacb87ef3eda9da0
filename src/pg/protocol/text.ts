/** Node's own copy routines, which `toString` and `write` reach by a slower way; absent from its documentation. */
interface NativeText {
  utf8Slice(start: number, end: number): string
  utf8Write(text: string, at: number): number
}

const native = Buffer.prototype as Partial<NativeText>

/** Decodes UTF-8 from `start` up to `end`. */
export const readUtf8: (bytes: Buffer, start: number, end: number) => string =
  native.utf8Slice === undefined
    ? (bytes, start, end) => bytes.toString('utf8', start, end)
    : (bytes, start, end) => (bytes as Buffer & NativeText).utf8Slice(start, end)

/** Encodes UTF-8 at `at` and returns the number of bytes; the caller has made room. */
export const writeUtf8: (bytes: Buffer, text: string, at: number) => number =
  native.utf8Write === undefined
    ? (bytes, text, at) => bytes.write(text, at, 'utf8')
    : (bytes, text, at) => (bytes as Buffer & NativeText).utf8Write(text, at)
