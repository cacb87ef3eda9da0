import type { Tunnel } from '../http/index.ts'

/** What a socket needs of the connection under it: one of its own, or a stream of HTTP/2. */
export type Transport = Tunnel
