export const PENDING = 0
export const READY = 1
/** Failed, and no consumer has seen the failure yet. */
export const FAILED = 2
export const FAILED_HANDLED = 3

export type State = typeof PENDING | typeof READY | typeof FAILED | typeof FAILED_HANDLED
