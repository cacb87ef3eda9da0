import { Ajv } from 'ajv'
import { contestantOf } from '../cases.ts'
import { large, medium, small } from './json-schemas.js'

const first = new Ajv({ removeAdditional: true, allowUnionTypes: true })
const all = new Ajv({ removeAdditional: true, allowUnionTypes: true, allErrors: true })

function modelOf(schema) {
  const validate = first.compile(schema)
  const explain = all.compile(schema)
  return {
    check: (value) => {
      if (!validate(value)) throw new Error('invalid')
      return value
    },
    countFailures: (value) => (explain(value) ? 0 : explain.errors.length),
  }
}

/** @type {import('../cases.ts').Contestant} */
export const contestant = contestantOf({
  small: modelOf(small),
  medium: modelOf(medium),
  large: modelOf(large),
})
