/** Reads `{ ours, theirs }` from standard input and prints what differs, one line a difference. */
import { text } from 'node:stream/consumers'
import { openApiDifferences } from '../../test/fastapi-tutorial/support/openapi-differences.ts'

const { ours, theirs } = JSON.parse(await text(process.stdin)) as Record<string, unknown>
for (const line of openApiDifferences(ours, theirs)) console.log(line)
