import type { Eventual } from '../../future/index.ts'
import type { HttpResponse } from '../../http/index.ts'
import type { InputMap } from '../inputs/input.ts'
import { Dependency, type DependencyOptions } from './dependency.ts'

/** Makes the response that is sent of the one there is, with the value of the dependency. */
export type CompleteResponse<Value> = (
  value: Value,
  response: HttpResponse,
) => Eventual<HttpResponse>

/**
 * A dependency that has a say in the response, that of a failure included: a session sets its cookie.
 */
export class ResponseDependency<Value> extends Dependency<Value> {
  /** @internal */ readonly complete: CompleteResponse<Value>

  constructor(
    options: DependencyOptions<InputMap>,
    provide: (inputs: never) => Eventual<Value>,
    complete: CompleteResponse<Value>,
  ) {
    super(options, provide)
    this.complete = complete
  }
}
