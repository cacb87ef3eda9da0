import { registerErrorClasses } from '../core/error-classes.ts'
import * as errors from './errors.ts'
import * as routingErrors from './routing/errors.ts'

/** Every error of HTTP comes from another core as an instance of its class. */
for (const exported of Object.values({ ...errors, ...routingErrors })) {
  if (exported.prototype instanceof Error) registerErrorClasses(exported)
}
