/** What the reactors of the tests of app dependencies run. */
import { sharedApp } from './shared-app.ts'

await sharedApp([]).listen()
