import type { RouteSummary } from '../../app/routing/route-summary.ts'
import { type Command, defineCommand } from '../arguments/command.ts'
import { loadEnvironment } from '../entry/environment.ts'
import { findEntry } from '../entry/find-entry.ts'
import { loadApp } from '../entry/load-app.ts'
import { bold, cyan, dim, green, red, yellow } from '../terminal/style.ts'
import { columns } from '../terminal/table.ts'
import { ENTRY, ENTRY_OPTIONS } from './entry-options.ts'

/** `fasterapi routes`. */
export const routesCommand: Command = defineCommand({
  name: 'routes',
  summary: 'lists the routes of an app, those of mounted apps included',
  details: 'Loads the app, but starts nothing of it: no database is needed.',
  operand: ENTRY,
  options: { ...ENTRY_OPTIONS, json: { kind: 'flag', help: 'as JSON' } },
  run: async ({ operand, options }) => {
    loadEnvironment(options.env)
    const { app } = await loadApp(findEntry(operand), options.app)
    const routes = app.routesAt()
    console.log(options.json === true ? JSON.stringify(routes, null, 2) : tableOf(routes))
    return 0
  },
})

function tableOf(routes: readonly RouteSummary[]): string {
  if (routes.length === 0) return 'The app has no routes.'
  const heads = ['Method', 'Path', 'Name', 'Tags', 'Security'].map(bold)
  return columns([heads, ...routes.map(rowOf)]).join('\n')
}

function rowOf(route: RouteSummary): string[] {
  const { path, name = '', tags, security, deprecated } = route
  const marks = deprecated ? dim(' (deprecated)') : ''
  const needs = security.map(({ scheme, scopes }) =>
    scopes.length === 0 ? scheme : `${scheme} (${scopes.join(' ')})`,
  )
  return [methodOf(route), path, `${name}${marks}`, tags.join(', '), needs.join(' or ')]
}

function methodOf({ kind, method }: RouteSummary): string {
  if (kind === 'websocket') return cyan('WS')
  if (kind === 'files') return dim('FILES')
  return (METHOD_STYLES[method] ?? yellow)(method)
}

const METHOD_STYLES: Readonly<Record<string, (text: string) => string>> = {
  GET: green,
  HEAD: green,
  OPTIONS: green,
  DELETE: red,
}
