/** A unit of work for the run queue. Futures are tasks themselves, so scheduling one allocates nothing. */
export interface Task {
  run(): void
}
