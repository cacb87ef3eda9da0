import { type Channel, channel } from 'node:diagnostics_channel'

/** `fasterapi:resilience:circuit`, with a {@link CircuitEvent} for each change of state of any breaker. */
export const circuitChange: Channel = channel('fasterapi:resilience:circuit')
