import type { Suite } from '../lib/suites.ts'
import { measureCrossCore } from './cross-core.ts'

/** What reactors are made of. */
export const reactor: Suite = {
  async run(options) {
    return { ...(await measureCrossCore(options)), versions: {} }
  },
}
