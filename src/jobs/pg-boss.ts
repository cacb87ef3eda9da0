import { JobsPackageMissingError } from './errors.ts'

type PgBossModule = typeof import('pg-boss')

/**
 * The package that keeps jobs in the database, loaded when jobs start: programs without jobs need not
 * install it.
 *
 * @returns rejects with {@link JobsPackageMissingError}
 */
export async function loadPgBoss(): Promise<PgBossModule> {
  try {
    return await import('pg-boss')
  } catch (cause) {
    const message = 'Jobs need the package pg-boss: npm install pg-boss'
    throw new JobsPackageMissingError(message, { cause })
  }
}
