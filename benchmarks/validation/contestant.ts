import { serveOperations } from '../lib/operations.ts'
import { type CaseName, caseOf, expectedChecksum } from './cases.ts'
import { loadOperations } from './contestants.ts'

const operations = await loadOperations(process.argv[2] ?? '')
await serveOperations(
  {
    operations,
    sizeOf: (name) => caseOf(name as CaseName).size,
    expectedChecksum: (name, count) => expectedChecksum(name as CaseName, count),
  },
  Number(process.argv[3]),
)
