import { basename, relative, resolve } from 'node:path'
import { type Command, defineCommand } from '../arguments/command.ts'
import { CliUsageError } from '../errors.ts'
import { scaffold } from '../scaffold/scaffold.ts'
import { cyan, dim, green } from '../terminal/style.ts'
import { packageVersion } from '../version.ts'

/** What npm takes as the name of a package. */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9._-]{0,212}$/

/** `fasterapi new`. */
export const newCommand: Command = defineCommand({
  name: 'new',
  summary: 'begins a project: app, router, schemas, tests, Dockerfile',
  operand: { name: 'folder', help: 'where to; its name is that of the package', isRequired: true },
  options: { postgres: { kind: 'flag', help: 'keeps items in PostgreSQL; adds compose.yaml' } },
  run: async ({ operand = '.', options }) => {
    const folder = resolve(operand)
    const name = basename(folder)
    if (!PACKAGE_NAME.test(name)) {
      throw new CliUsageError(
        `'${name}' cannot be the name of a package: use small letters, digits and dashes`,
      )
    }
    const hasDatabase = options.postgres === true
    const templates = hasDatabase ? (['api', 'postgres'] as const) : (['api'] as const)
    const files = scaffold({ folder, name, version: packageVersion(), templates })
    const place = relative(process.cwd(), folder)
    console.log(`${green('created')} ${place || '.'} ${dim(`(${files.length} files)`)}`)
    for (const file of files) console.log(dim(`  ${file}`))
    console.log(`\n${nextSteps(place, hasDatabase).map(cyan).join('\n')}`)
    return 0
  },
})

function nextSteps(place: string, hasDatabase: boolean): string[] {
  return [
    ...(place === '' ? [] : [`cd ${place}`]),
    'npm install',
    ...(hasDatabase ? ['cp .env.example .env', 'docker compose up -d database'] : []),
    'npm run dev',
  ]
}
