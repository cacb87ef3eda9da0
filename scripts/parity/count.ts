/** Prints how many programs of the FastAPI tutorial are written, and how many answers are compared. */
import { recordings } from '../../test/fastapi-tutorial/support/programs.ts'

const all = recordings()
const exchanges = all.flatMap(({ sessions }) => sessions.flat())
const documents = exchanges.filter(({ request }) => request.path.endsWith('/openapi.json'))
const overSockets = all.flatMap(({ sessions }) => sessions[0] ?? [])
console.log(
  `${all.length} programs with ${exchanges.length} answers of FastAPI, ` +
    `${documents.length} of them OpenAPI documents; ${overSockets.length} are also asked over sockets`,
)
