import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** When every file of a site was written, and its `last-modified`. */
export const WRITTEN: Date = new Date('2024-03-05T06:07:08.250Z')
export const LAST_MODIFIED = 'Tue, 05 Mar 2024 06:07:08 GMT'

export const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
/** More than is kept in memory: it is read from disk for each request. */
export const BIG: string = Array.from({ length: 60_000 }, (_, line) => `line ${line}\n`).join('')
export const PAGE = '<!doctype html><title>Home</title>'
export const SCRIPT: string = 'console.log("hello")\n'.repeat(50)

/** A folder of files for a test, and one beside it that nobody may see. */
export interface Site {
  readonly root: string
  readonly outside: string
  write(path: string, content: string | Uint8Array): void
  remove(): void
}

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'site/letters.txt': LETTERS,
  'site/index.html': PAGE,
  'site/empty.txt': '',
  'site/big.txt': BIG,
  'site/app.js': SCRIPT,
  'site/app.js.br': brotliCompressSync(SCRIPT),
  'site/app.js.gz': gzipSync(SCRIPT),
  'site/assets/index-4f9c01ab.css': 'a{}',
  'site/docs/index.html': '<h1>Docs</h1>',
  'site/docs/a b.txt': 'blank',
  'site/docs/100%.txt': 'percent',
  'site/docs/ümlaut.txt': 'umlaut',
  'site/plain/data.unknown': '?',
  'site/.env': 'SECRET',
  'site/.well-known/security.txt': 'Contact: x',
  'site/docs/.git/config': 'SECRET',
  'secret/passwd': 'SECRET',
  'site-secret/passwd': 'SECRET',
}

export function makeSite(): Site {
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-static-'))
  const write = (path: string, content: string | Uint8Array): void => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    utimesSync(file, WRITTEN, WRITTEN)
  }
  for (const [path, content] of Object.entries(FILES)) write(path, content)
  symlinkSync('letters.txt', join(folder, 'site/link-inside.txt'))
  symlinkSync('../secret/passwd', join(folder, 'site/link-outside.txt'))
  symlinkSync('../secret', join(folder, 'site/linked-folder'))
  symlinkSync('../site-secret/passwd', join(folder, 'site/link-sibling.txt'))
  return {
    root: join(folder, 'site'),
    outside: join(folder, 'secret'),
    write: (path, content) => write(`site/${path}`, content),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
