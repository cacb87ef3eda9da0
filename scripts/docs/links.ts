import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { slugOf } from './slugs.ts'

const LINK = /\]\((?!https?:|mailto:)(?<path>[^)#\s]*)(?:#(?<anchor>[^)\s]*))?\)/g

/** A link of a page to something else in the repository. */
export interface Link {
  /** What it leads to, relative to the root of the repository; the page itself for an anchor alone. */
  readonly target: string
  readonly anchor: string | undefined
}

/** A page with its links changed; code is left as it is. */
export function replaceLinks(
  markdown: string,
  page: string,
  change: (link: Link) => string,
): string {
  return markdown
    .split(/(^```[^]*?^```$|`[^`\n]*`)/m)
    .map((part, index) => (index % 2 === 1 ? part : replaceIn(part, page, change)))
    .join('')
}

function replaceIn(text: string, page: string, change: (link: Link) => string): string {
  return text.replaceAll(LINK, (...found) => {
    const { path, anchor } = found.at(-1) as { readonly path: string; readonly anchor?: string }
    const target = path === '' ? page : relative('.', join(dirname(page), path))
    return `](${change({ target, anchor })})`
  })
}

/**
 * What a link leads to that is not there, if anything.
 *
 * @param root - of the repository
 */
export function problemOf(root: string, { target, anchor }: Link): string | undefined {
  const file = join(root, target)
  if (!existsSync(file)) return `${target} does not exist`
  if (anchor === undefined || anchor === '') return undefined
  const page = statSync(file).isDirectory() ? join(file, 'README.md') : file
  return anchorsOf(readFileSync(page, 'utf8')).has(anchor)
    ? undefined
    : `${target} has no heading #${anchor}`
}

function anchorsOf(markdown: string): Set<string> {
  const text = markdown.replaceAll(/^```[^]*?^```$/gm, '')
  const anchors = new Set<string>()
  for (const [, heading = ''] of text.matchAll(/^#+ (.*)$/gm)) {
    const slug = slugOf(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
    let free = slug
    for (let count = 1; anchors.has(free); count++) free = `${slug}-${count}`
    anchors.add(free)
  }
  return anchors
}
