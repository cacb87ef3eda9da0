import { registerErrorClasses } from '../core/error-classes.ts'
import { FlowError } from '../core/errors.ts'

/** A circuit breaker is open, so the call was not made. */
export class CircuitOpenError extends FlowError {
  readonly code = 'RESILIENCE_CIRCUIT_OPEN'
  /** Milliseconds until calls are tried again; 0 while the trial calls are under way. */
  readonly retryAfterMs: number

  constructor(what: string, retryAfterMs: number) {
    super(
      retryAfterMs > 0
        ? `${what} is open: calls are tried again in ${Math.ceil(retryAfterMs)} ms`
        : `${what} is half-open: its trial calls are under way`,
    )
    this.retryAfterMs = retryAfterMs
  }
}

registerErrorClasses(CircuitOpenError)
