/** The first byte of each encoded value. */
export const UNDEFINED = 0
export const NULL = 1
export const FALSE = 2
export const TRUE = 3
export const INT32 = 4
export const DOUBLE = 5
/** A bigint of 64 bits. */
export const INT64 = 6
/** A bigint as hexadecimal text. */
export const BIGINT = 7
/** Up to 255 characters of ISO 8859-1. */
export const SHORT_TEXT = 8
export const TEXT = 9
/** UTF-16, in which lone surrogates stay what they are. */
export const WIDE_TEXT = 10
export const BYTES = 11
export const DATE = 12
export const ARRAY = 13
export const OBJECT = 14

/** Values nest at most so deep; what nests deeper, or in a ring, is left to structured clone. */
export const MAX_DEPTH = 32

/** Up to so many characters a loop is faster than a call of the platform. */
export const SHORT_LOOP = 24
