/**
 * Builds the documentation site into `site/dist`: guides and tutorial by VitePress, the reference of
 * all public entry points by TypeDoc. `npm run docs -- --serve` shows it on http://127.0.0.1:4173.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stage } from './stage.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const site = join(root, 'site')

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { cwd: site, stdio: 'inherit' })
}

/** The sources of what package.json exports. */
function entryPoints(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Record<string, string | { readonly types: string }>
  }
  return Object.values(manifest.exports)
    .filter((entry) => typeof entry === 'object')
    .map(({ types }) => types.replace('./dist/', '../src/').replace('.d.ts', '.ts'))
}

if (!existsSync(join(site, 'node_modules/vitepress'))) run('npm', 'ci', '--no-audit', '--no-fund')
new Stage(root, join(site, '.content')).write()
run(join(site, 'node_modules/.bin/vitepress'), 'build', '.')
run(join(site, 'node_modules/.bin/typedoc'), ...entryPoints())
if (process.argv.includes('--serve')) {
  run(join(site, 'node_modules/.bin/vitepress'), 'preview', '.', '--host', '127.0.0.1')
}
