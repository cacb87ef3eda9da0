import fastJson from 'fast-json-stringify'
import { contestantOf } from '../cases.ts'
import { large, medium, small } from './json-schemas.js'

/** @type {import('../cases.ts').Contestant} */
export const contestant = contestantOf({
  small: { write: fastJson(small) },
  medium: { write: fastJson(medium) },
  large: { write: fastJson(large) },
})
