import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type Conditions,
  evaluatePreconditions,
  type PreconditionOutcome,
  type Validators,
} from '../../../src/http/index.ts'

const TIME = 'Tue, 05 Mar 2024 06:07:08 GMT'
const BEFORE = 'Tue, 05 Mar 2024 06:07:07 GMT'
const AFTER = 'Tue, 05 Mar 2024 06:07:09 GMT'
const CURRENT: Validators = { etag: '"a"', lastModifiedMs: Date.parse(TIME) + 999 }
const WEAK: Validators = { etag: 'W/"a"' }
const NEW: Validators = { exists: false }

interface Row {
  readonly method: string
  readonly conditions: Conditions
  readonly validators?: Validators
  readonly outcome: PreconditionOutcome
}

const ROWS: readonly Row[] = [
  { method: 'GET', conditions: {}, outcome: 'proceed' },
  // 1. If-Match
  { method: 'PUT', conditions: { ifMatch: '"a"' }, outcome: 'proceed' },
  { method: 'PUT', conditions: { ifMatch: '"b"' }, outcome: 'failed' },
  { method: 'PUT', conditions: { ifMatch: '"b", "a"' }, outcome: 'proceed' },
  { method: 'PUT', conditions: { ifMatch: '*' }, outcome: 'proceed' },
  { method: 'PUT', conditions: { ifMatch: '*' }, validators: NEW, outcome: 'failed' },
  { method: 'PUT', conditions: { ifMatch: 'W/"a"' }, validators: WEAK, outcome: 'failed' },
  { method: 'PUT', conditions: { ifMatch: '"a"' }, validators: WEAK, outcome: 'failed' },
  { method: 'PUT', conditions: { ifMatch: 'a' }, outcome: 'failed' },
  { method: 'GET', conditions: { ifMatch: '"b"' }, outcome: 'failed' },
  { method: 'GET', conditions: { ifMatch: '"a"', ifNoneMatch: '"a"' }, outcome: 'not-modified' },
  // 2. If-Unmodified-Since, without If-Match
  { method: 'PUT', conditions: { ifUnmodifiedSince: TIME }, outcome: 'proceed' },
  { method: 'PUT', conditions: { ifUnmodifiedSince: AFTER }, outcome: 'proceed' },
  { method: 'PUT', conditions: { ifUnmodifiedSince: BEFORE }, outcome: 'failed' },
  { method: 'PUT', conditions: { ifUnmodifiedSince: 'x' }, outcome: 'proceed' },
  {
    method: 'PUT',
    conditions: { ifUnmodifiedSince: BEFORE },
    validators: WEAK,
    outcome: 'proceed',
  },
  { method: 'PUT', conditions: { ifMatch: '"a"', ifUnmodifiedSince: BEFORE }, outcome: 'proceed' },
  { method: 'PUT', conditions: { ifMatch: '"b"', ifUnmodifiedSince: AFTER }, outcome: 'failed' },
  {
    method: 'GET',
    conditions: { ifUnmodifiedSince: TIME, ifNoneMatch: '"a"' },
    outcome: 'not-modified',
  },
  // 3. If-None-Match
  { method: 'GET', conditions: { ifNoneMatch: '"a"' }, outcome: 'not-modified' },
  { method: 'HEAD', conditions: { ifNoneMatch: 'W/"a"' }, outcome: 'not-modified' },
  { method: 'GET', conditions: { ifNoneMatch: '"a"' }, validators: WEAK, outcome: 'not-modified' },
  { method: 'GET', conditions: { ifNoneMatch: '*' }, outcome: 'not-modified' },
  { method: 'GET', conditions: { ifNoneMatch: '"b"' }, outcome: 'proceed' },
  { method: 'GET', conditions: { ifNoneMatch: 'a' }, outcome: 'proceed' },
  { method: 'GET', conditions: { ifNoneMatch: '"a"' }, validators: {}, outcome: 'proceed' },
  { method: 'PUT', conditions: { ifNoneMatch: '*' }, outcome: 'failed' },
  { method: 'PUT', conditions: { ifNoneMatch: '*' }, validators: NEW, outcome: 'proceed' },
  { method: 'DELETE', conditions: { ifNoneMatch: '"a"' }, outcome: 'failed' },
  // 4. If-Modified-Since, without If-None-Match
  { method: 'GET', conditions: { ifModifiedSince: TIME }, outcome: 'not-modified' },
  { method: 'HEAD', conditions: { ifModifiedSince: AFTER }, outcome: 'not-modified' },
  { method: 'GET', conditions: { ifModifiedSince: BEFORE }, outcome: 'proceed' },
  { method: 'GET', conditions: { ifModifiedSince: `${TIME}, ${TIME}` }, outcome: 'proceed' },
  { method: 'GET', conditions: { ifModifiedSince: TIME }, validators: WEAK, outcome: 'proceed' },
  { method: 'PUT', conditions: { ifModifiedSince: TIME }, outcome: 'proceed' },
  { method: 'GET', conditions: { ifNoneMatch: '"b"', ifModifiedSince: TIME }, outcome: 'proceed' },
  // Methods without conditions
  { method: 'OPTIONS', conditions: { ifMatch: '"b"' }, outcome: 'proceed' },
  { method: 'TRACE', conditions: { ifNoneMatch: '*' }, outcome: 'proceed' },
]

describe('evaluatePreconditions', () => {
  for (const { method, conditions, validators = CURRENT, outcome } of ROWS) {
    const what = Object.entries(conditions).map(([name, value]) => `${name}: ${value}`)
    it(`${method} with ${what.join(' and ') || 'nothing'}: ${outcome}`, () => {
      assert.equal(evaluatePreconditions(method, conditions, validators), outcome)
    })
  }
})
