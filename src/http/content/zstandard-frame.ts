const MAGIC = 0xfd2fb528
const CHECKSUM_BYTES = 4
/** Bytes of the fields of a frame header, by the bits of its descriptor: RFC 8878, 3.1.1.1.1. */
const DICTIONARY_ID_BYTES: readonly number[] = [0, 1, 2, 4]
const CONTENT_SIZE_BYTES: readonly number[] = [0, 2, 4, 8]
const RLE_BLOCK = 1

/** What is read next of the headers. */
type Step = 'magic' | 'descriptor' | 'block' | 'end' | 'unknown'

/** How long they are, in bytes. */
const LENGTHS: Readonly<Record<Step, number>> = {
  magic: 4,
  descriptor: 1,
  block: 3,
  end: 0,
  unknown: 0,
}

/**
 * Follows a Zstandard frame from header to header, without decompressing anything: tells where it
 * ends. What is wrong within, a decoder finds.
 *
 * @see RFC 8878, 3.1.1
 */
export class ZstandardFrame {
  #step: Step = 'magic'
  /** What has come of the next header, the lowest byte first, and how many bytes. */
  #value = 0
  #valueBytes = 0
  /** Bytes to pass over before the next header. */
  #skip = 0
  #hasChecksum = false

  /** Whether the frame, its checksum included, has come to its end. */
  get isWhole(): boolean {
    return this.#step === 'end' && this.#skip === 0
  }

  /** @returns how many of these bytes belong to the frame; none or few if it is no frame */
  push(bytes: Uint8Array): number {
    let at = 0
    while (at < bytes.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at)
        this.#skip -= skipped
        at += skipped
        continue
      }
      if (LENGTHS[this.#step] === 0) break
      this.#value += bytes[at]! * 2 ** (8 * this.#valueBytes)
      at++
      if (++this.#valueBytes === LENGTHS[this.#step]) this.#takeHeader()
    }
    return at
  }

  #takeHeader(): void {
    const value = this.#value
    this.#value = 0
    this.#valueBytes = 0
    if (this.#step === 'magic') this.#step = value === MAGIC ? 'descriptor' : 'unknown'
    else if (this.#step === 'descriptor') this.#takeDescriptor(value)
    else this.#takeBlock(value)
  }

  #takeDescriptor(descriptor: number): void {
    const isSingleSegment = (descriptor & 0x20) !== 0
    const sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6]!
    this.#hasChecksum = (descriptor & 0x04) !== 0
    this.#skip =
      DICTIONARY_ID_BYTES[descriptor & 0x03]! +
      (isSingleSegment ? Math.max(1, sizeBytes) : 1 + sizeBytes)
    this.#step = 'block'
  }

  /** @see RFC 8878, 3.1.1.2 */
  #takeBlock(header: number): void {
    const isLast = (header & 1) !== 0
    const isRunLength = ((header >> 1) & 3) === RLE_BLOCK
    this.#skip = isRunLength ? 1 : header >> 3
    if (!isLast) return
    if (this.#hasChecksum) this.#skip += CHECKSUM_BYTES
    this.#step = 'end'
  }
}
