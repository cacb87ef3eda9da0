/**
 * Steps a loop takes before it asks for the quota.
 *
 * Outside a drain of the run queue the quota has always ended, and a short loop over ready work is to
 * be ready at once there, too.
 */
export const FREE_STEPS = 64
