/**
 * Headers that are sent again and again, and never change: they are checked and made into text when
 * they are first sent.
 */
export class PreparedHeaders extends Array<readonly [name: string, value: string]> {
  /** What `filter` and its like return is a list for one response. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  /** Their lines; undefined until they are sent. */
  lines: string | undefined
}
