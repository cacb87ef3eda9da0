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
for (const [found, files] of [
  [
    import.meta.resolve('swagger-ui-dist/package.json'),
    [
      'swagger-ui.css',
      'swagger-ui-bundle.js',
      'oauth2-redirect.js',
      'favicon-32x32.png',
      'LICENSE',
      'NOTICE',
    ],
  ],
  [
    import.meta.resolve('redoc/package.json'),
    ['bundles/redoc.standalone.js', 'bundles/redoc.standalone.js.LICENSE.txt', 'LICENSE'],
  ],
] as const) {
  const home = dirname(fileURLToPath(found))
  for (const file of files) {
    const name = basename(file)
    cpSync(
      join(home, file),
      join(assets, name === 'LICENSE' ? `${basename(home)}.LICENSE.txt` : name),
    )
  }
}
