/** Emits `dist/`: JavaScript and declarations file for file, and the assets of the docs pages. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})

const assets = join(dist, 'app', 'openapi', 'pages', 'assets')
mkdirSync(assets, { recursive: true })
for (const [from, files] of Object.entries({
  'swagger-ui-dist': [
    'swagger-ui.css',
    'swagger-ui-bundle.js',
    'oauth2-redirect.js',
    'favicon-32x32.png',
    'LICENSE',
    'NOTICE',
  ],
  redoc: ['bundles/redoc.standalone.js', 'bundles/redoc.standalone.js.LICENSE.txt', 'LICENSE'],
})) {
  const home = dirname(fileURLToPath(import.meta.resolve(`${from}/package.json`)))
  for (const file of files) {
    const name = basename(file)
    cpSync(join(home, file), join(assets, name === 'LICENSE' ? `${from}.LICENSE.txt` : name))
  }
}
