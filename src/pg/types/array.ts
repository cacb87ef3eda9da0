import { PgProtocolError } from '../errors.ts'
import { assertMinimumLength, type ColumnDecoder } from './decoder.ts'

/** PostgreSQL's own limit. */
const MAX_DIMENSIONS = 6

/**
 * A decoder of arrays whose elements `element` decodes. NULL elements are `null`, more dimensions are
 * nested arrays, lower bounds other than 1 are dropped.
 *
 * Sent as int32 dimensions, has-null flag, element oid; per dimension int32 size and lower bound; then
 * each element as int32 length (-1 is NULL) and bytes.
 *
 * @see PostgreSQL source, src/backend/utils/adt/arrayfuncs.c, array_send
 */
export function arrayDecoder(element: ColumnDecoder): ColumnDecoder {
  return (bytes, view, start, length) => {
    assertMinimumLength(length, 12)
    const end = start + length
    const dimensions = view.getInt32(start)
    if (dimensions === 0) return []
    if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
      throw new PgProtocolError(`An array of ${dimensions} dimensions`)
    }
    assertMinimumLength(length, 12 + 8 * dimensions)
    let at = start + 12 + 8 * dimensions

    const readElement = (): unknown => {
      if (at + 4 > end) throw new PgProtocolError('An array ends before its last element')
      const size = view.getInt32(at)
      at += 4
      if (size === -1) return null
      if (size < 0 || at + size > end)
        throw new PgProtocolError(`An array element of ${size} bytes`)
      const value = element(bytes, view, at, size)
      at += size
      return value
    }
    const readDimension = (dimension: number): unknown[] => {
      const size = view.getInt32(start + 12 + 8 * dimension)
      // Each element has at least its length field: a count that cannot fit is refused, not allocated.
      if (size < 0 || size * 4 > end - at) throw new PgProtocolError(`An array of ${size} elements`)
      const last = dimension === dimensions - 1
      const values: unknown[] = []
      for (let index = 0; index < size; index++) {
        values.push(last ? readElement() : readDimension(dimension + 1))
      }
      return values
    }
    const values = readDimension(0)
    if (at !== end) throw new PgProtocolError('An array is longer than its elements')
    return values
  }
}
