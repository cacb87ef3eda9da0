/** Takes the tour in the runtime that runs this file. */
import * as futures from '../../../src/future/index.ts'
import { tour } from './tour.ts'

console.log(JSON.stringify(await tour(futures)))
