import { registerErrorClasses } from '../../core/error-classes.ts'
import { FasterApiError, FlowError } from '../../core/errors.ts'

/** The reactor a call went to has ended before it answered; whether the call was executed is not known. */
export class ReactorGoneError extends FlowError {
  readonly code = 'REACTOR_GONE'
  /** The core whose reactor is gone. */
  readonly core: number

  constructor(core: number) {
    super(`The reactor of core ${core} is gone`)
    this.core = core
  }
}

/** A value cannot be sent to another core, or bytes from another core are not a message. */
export class MessageError extends FasterApiError {
  readonly code = 'REACTOR_MESSAGE'

  /** @returns what to throw when a value cannot be cloned, or moved */
  static of(cause: unknown, what = 'The value'): MessageError {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new MessageError(`${what} cannot be sent to another core: ${reason}`, { cause })
  }
}

/** A core was asked for a remote function that its modules do not register. */
export class UnknownRemoteError extends FasterApiError {
  readonly code = 'REACTOR_UNKNOWN_REMOTE'
  /** Name of the function, as it was given to `remote`. */
  readonly remote: string
  readonly core: number

  constructor(remote: string, core: number) {
    super(
      `Core ${core} knows no remote function "${remote}": the module that registers it must be loaded there, too`,
    )
    this.remote = remote
    this.core = core
  }
}

/** A name is registered already, for another remote function or service. */
export class RemoteNameError extends FasterApiError {
  readonly code = 'REACTOR_REMOTE_NAME'

  constructor(name: string, taken: string = name) {
    super(
      name === taken
        ? `The name "${name}" is registered already`
        : `The names "${name}" and "${taken}" have the same hash: change one of them`,
    )
  }
}

/** A sharded service was used on a core where it is not started, or is stopped. */
export class ServiceStoppedError extends FlowError {
  readonly code = 'REACTOR_SERVICE_STOPPED'

  constructor(service: string, core: number) {
    super(`The service "${service}" is not running on core ${core}`)
  }
}

registerErrorClasses(
  ReactorGoneError,
  MessageError,
  UnknownRemoteError,
  RemoteNameError,
  ServiceStoppedError,
)
