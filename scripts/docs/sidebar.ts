import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Item {
  readonly text: string
  readonly link: string
}

/** A group of pages in the bar at the side. */
export interface Group {
  readonly text: string
  readonly items: readonly Item[]
}

/** The guides, by what they are about; a page that is named nowhere stands under More. */
const GUIDES: Readonly<Record<string, readonly string[]>> = {
  'The app': [
    'app',
    'routers',
    'openapi',
    'security',
    'middleware',
    'cookies',
    'forms',
    'events',
    'jobs',
    'settings',
    'cli',
  ],
  Schemas: ['schemas', 'validation'],
  Futures: ['futures', 'ASYNC_FEATURES', 'timers'],
  Serving: ['http', 'http2', 'websocket', 'static-files', 'compression', 'tls'],
  'Many cores': ['reactors', 'cross-core'],
  Services: ['postgresql', 'http-client'],
  Project: ['benchmarks', 'fastapi-parity', 'dependencies'],
}

/**
 * The bars of tutorial and guides.
 *
 * @param root - of the repository
 * @param pages - all pages, relative to the root
 */
export function sidebarOf(root: string, pages: readonly string[]): Record<string, Group[]> {
  const named = new Set(Object.values(GUIDES).flat())
  const rest = pages
    .filter((page) => /^docs\/[\w-]+\.md$/.test(page))
    .map((page) => page.slice('docs/'.length, -'.md'.length))
    .filter((name) => !named.has(name))
  const guides = Object.entries({ ...GUIDES, ...(rest.length > 0 && { More: rest }) }).map(
    ([text, names]) => ({ text, items: names.map((name) => item(root, name)) }),
  )
  const folder = (name: string, text: string): Group => ({
    text,
    items: pages
      .filter((page) => page.startsWith(`docs/${name}/`))
      .map((page) => item(root, page.slice('docs/'.length, -'.md'.length))),
  })
  return {
    '/tutorial/': tutorialGroups(root),
    '/': [...guides, folder('migration', 'Migration'), folder('reference', 'Reference')],
  }
}

function item(root: string, name: string): Item {
  const markdown = readFileSync(join(root, 'docs', `${name}.md`), 'utf8')
  const [, title = name] = /^# (.*)$/m.exec(markdown) ?? []
  return { text: title.replaceAll('`', ''), link: `/${name}` }
}

/** The chapters in the order of the tutorial's own list. */
function tutorialGroups(root: string): Group[] {
  const markdown = readFileSync(join(root, 'docs/tutorial/README.md'), 'utf8')
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf('\n')),
      items: Array.from(
        section.matchAll(/^\d+\. \[(?<text>[^\]]+)\]\((?<file>[\w-]+)\.md\)/gm),
        ({ groups = {} }) => ({
          text: groups['text'] ?? '',
          link: `/tutorial/${groups['file'] ?? ''}`,
        }),
      ),
    }))
}
