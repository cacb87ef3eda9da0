/** How much of a body is wanted. */
export interface BodyOptions {
  /** Bytes beyond which it fails with 413; default `maxBytes` of the body. */
  readonly maxBytes?: number
}

/** Where a body comes from. */
export interface BodySupplier {
  /** Limit for those who read without saying one. */
  readonly maxBodyBytes: number
  /** Somebody waits for more. */
  wantBody(): void
  /** @returns false if there is no memory for so much more */
  reserveBody?(bytes: number): boolean
  releaseBody?(bytes: number): void
  countBodyLimit?(kind: 'body' | 'bodyMemory'): void
}
