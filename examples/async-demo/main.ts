/** A tour of `fasterapi/future`: `npm run demo` prints what it does and how long each step took. */
import { failures } from './sections/failures.ts'
import { many } from './sections/many.ts'
import { network } from './sections/network.ts'
import { pipelines } from './sections/pipelines.ts'
import { several } from './sections/several.ts'
import { sharing } from './sections/sharing.ts'
import { styles } from './sections/styles.ts'
import { Tour } from './tour.ts'

const startMs = performance.now()
const tour = new Tour(console.log)
console.log(`A tour of fasterapi/future on Node ${process.version}`)
await tour.visit([styles, several, many, failures, pipelines, sharing, network])
console.log(`\n${tour.steps} steps in ${((performance.now() - startMs) / 1_000).toFixed(2)} s`)
