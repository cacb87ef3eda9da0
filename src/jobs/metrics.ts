import { byLabel, families } from '../observability/families.ts'
import type { MetricFamily } from '../observability/index.ts'
import type { QueueCounters } from './counters.ts'
import type { Jobs } from './jobs.ts'

/** What `formatPrometheus` writes about the jobs of this process, by queue. */
export function jobMetrics(jobs: Jobs): MetricFamily[] {
  const stats = Object.entries(jobs.stats())
  const values = (key: keyof QueueCounters): ReturnType<typeof byLabel> =>
    byLabel('queue', Object.fromEntries(stats.map(([name, each]) => [name, each[key]])))
  return families('jobs', [
    ['enqueued_total', 'Jobs added by this process.', values('enqueued')],
    ['completed_total', 'Jobs that workers of this process have finished.', values('completed')],
    ['failed_total', 'Tries of jobs that have failed in this process.', values('failed')],
    ['active', 'Jobs at work in this process.', values('active')],
  ])
}
