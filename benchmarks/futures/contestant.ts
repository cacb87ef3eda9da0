import { serveOperations } from '../lib/operations.ts'
import { caseOf, expectedChecksum, type MeasuredName } from './cases.ts'
import { contestantNamed, loadOperations } from './contestants.ts'

const operations = await loadOperations(contestantNamed(process.argv[2] ?? ''))
await serveOperations(
  {
    operations,
    sizeOf: (name) => caseOf(name as MeasuredName).size,
    expectedChecksum: (name, count) => expectedChecksum(name as MeasuredName, count),
  },
  Number(process.argv[3]),
)
