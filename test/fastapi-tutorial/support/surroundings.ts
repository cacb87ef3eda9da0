import { Buffer } from 'node:buffer'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PgPool } from '../../../src/pg/index.ts'
import { testDatabase } from '../../support/postgres.ts'

/** What programs find in the working directory. */
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'image.png': Buffer.from('89504e470d0a1a0a', 'hex'),
  'large-video-file.mp4': 'some fake video bytes',
  'static/sample.txt': 'This is a sample static file.',
  'dist/index.html': '<h1>The app</h1>\n',
  'dist/404.html': '<h1>Nothing here</h1>\n',
  'dist/assets/app.js': 'start()\n',
}

/**
 * What programs need around them: a working directory of their own, which they may write to,
 * settings, and a PostgreSQL server once one asks for it.
 */
export class Surroundings {
  readonly #home = process.cwd()
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'tutorial-'))
  #database: ReturnType<typeof testDatabase> | undefined

  enter(): void {
    for (const [name, content] of Object.entries(FILES)) {
      const file = path.join(this.#folder, name)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
    process.chdir(this.#folder)
    process.env['ADMIN_EMAIL'] = 'admin@example.com'
  }

  /** Before a program is loaded: an empty database for those that keep something in one. */
  async prepare(program: string): Promise<void> {
    if (!program.startsWith('sql_databases/')) return
    this.#database ??= testDatabase()
    const { url } = await this.#database
    const pool = new PgPool(url, { max: 1 })
    await pool.exec('drop schema public cascade; create schema public')
    await pool.close()
    process.env['DATABASE_URL'] = url
  }

  async leave(): Promise<void> {
    await (await this.#database)?.stop()
    process.chdir(this.#home)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
