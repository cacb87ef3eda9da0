/** How a value travels: as the text PostgreSQL prints and reads, or as its binary form. */
export const TEXT_FORMAT = 0
export const BINARY_FORMAT = 1
export type Format = typeof TEXT_FORMAT | typeof BINARY_FORMAT
