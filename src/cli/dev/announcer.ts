import { relative } from 'node:path'
import type { Explanation } from '../terminal/explanation.ts'
import { renderExplanation } from '../terminal/failure.ts'
import { bold, cyan, dim, green, red, yellow } from '../terminal/style.ts'
import { columns } from '../terminal/table.ts'
import type { DevServer, DevServerEvents } from './dev-server.ts'
import type { DevSettings, ServedApp } from './messages.ts'
import { openBrowser } from './open-browser.ts'

const NAMES_SHOWN = 3

/** Says on the terminal what a development server does. */
export class Announcer implements DevServerEvents {
  readonly #settings: DevSettings
  #opens: boolean
  #isFirst = true
  server: DevServer | undefined

  /** @param opens - shows the docs in a browser as soon as there are any */
  constructor(settings: DevSettings, opens: boolean) {
    this.#settings = settings
    this.#opens = opens
  }

  onServing(app: ServedApp, elapsedMs: number): void {
    const took = dim(`in ${Math.round(elapsedMs)} ms`)
    console.log(this.#isFirst ? this.#banner(app, took) : `${green('serving')} ${took}`)
    this.#isFirst = false
    if (this.#opens) openBrowser(this.#url(app.docs ?? '/'))
    this.#opens = false
  }

  onChange(files: readonly string[]): void {
    const names = files.slice(0, NAMES_SHOWN).map(nameOf)
    const more = files.length - names.length
    if (more > 0) names.push(`${more} more`)
    console.log(`${yellow('changed')} ${names.join(', ')}`)
  }

  onFailure(explanation: Explanation): void {
    console.error(`${red('stopped')} ${renderExplanation(explanation)}\n`)
    console.error(dim(`${this.#url('')} tells it, too; waiting for a change`))
  }

  #banner({ title, version, docs }: ServedApp, took: string): string {
    const count = this.server?.watchedFiles ?? 0
    const watched = dim(`watching ${count} ${count === 1 ? 'file' : 'files'}; Ctrl+C stops`)
    const rows = [['  API', cyan(this.#url(''))]]
    if (docs !== undefined) rows.push(['  Docs', cyan(this.#url(docs))])
    rows.push(['  Entry', `${nameOf(this.#settings.entry)} ${watched}`])
    return `\n${bold(`${title} ${version}`)} ${green('serves')} ${took}\n\n${columns(rows).join('\n')}\n`
  }

  #url(path: string): string {
    const { host, tls, port } = this.#settings
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
    const authority = name.includes(':') ? `[${name}]` : name
    return `${tls === undefined ? 'http' : 'https'}://${authority}:${this.server?.port ?? port}${path}`
  }
}

function nameOf(file: string): string {
  const name = relative(process.cwd(), file)
  return name.startsWith('..') ? file : name
}
