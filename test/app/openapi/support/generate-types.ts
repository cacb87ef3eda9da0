/**
 * Prints the types that openapi-typescript makes of the document on standard input.
 *
 * It writes its output with the compiler's JavaScript interface, which TypeScript 7 does not have:
 * in this process `typescript` is version 5.
 */
import { registerHooks } from 'node:module'
import { text } from 'node:stream/consumers'

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'typescript' ? 'typescript-5' : specifier, context),
})

const { astToString, default: openapiTs } = await import('openapi-typescript')
const document = JSON.parse(await text(process.stdin)) as Parameters<typeof openapiTs>[0]
process.stdout.write(astToString(await openapiTs(document)))
