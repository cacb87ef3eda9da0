/** What a transfer moves, and the pieces a server sends of it. The peers repeat these figures. */
export const TRANSFER_BYTES: number = 100 * 1_048_576
export const CHUNK_BYTES = 65_536
