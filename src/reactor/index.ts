export {
  HighResolutionClock,
  type HighResolutionOptions,
  highResolutionClock,
} from './high-resolution-clock.ts'
export { type DeadlineOptions, nowNs, timerAt } from './timer.ts'
