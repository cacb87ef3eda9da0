import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorClass } from '../../src/core/error-classes.ts'
import { FasterApiError, FlowError } from '../../src/core/errors.ts'

const ENTRIES = [
  'future',
  'reactor',
  'net',
  'http',
  'http-client',
  'resilience',
  'websocket',
  'pg',
  'schema',
  'observability',
  'app',
  'settings',
  'jobs',
]

describe('errors from another core', () => {
  for (const entry of ENTRIES) {
    it(`are instances of the classes of ${entry}, which are all registered`, async () => {
      const exported: object = await import(`../../src/${entry}/index.ts`)
      const classes = Object.values(exported).filter(
        (each) => typeof each === 'function' && each.prototype instanceof FasterApiError,
      )
      const missing = classes.filter((each) => each !== FlowError && errorClass(each.name) !== each)
      assert.ok(classes.length > 0)
      assert.deepEqual(missing, [], 'registerErrorClasses(...) at the end of its errors.ts')
    })
  }
})
