import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Link, problemOf, replaceLinks } from '../../scripts/docs/links.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: ROOT })]

function linksOf(markdown: string, page: string): Link[] {
  const links: Link[] = []
  replaceLinks(markdown, page, (link) => {
    links.push(link)
    return ''
  })
  return links
}

describe('links of the documentation', () => {
  it('lead to files and headings that are there', () => {
    const problems = PAGES.flatMap((page) =>
      linksOf(readFileSync(join(ROOT, page), 'utf8'), page)
        .map((link) => problemOf(ROOT, link))
        .filter((problem) => problem !== undefined)
        .map((problem) => `${page}: ${problem}`),
    )
    assert.deepEqual(problems, [])
  })

  it('are found outside of code, and looked up from the page', () => {
    const markdown = '[a](../README.md#x) `[b](c)`\n```ts\n[d](e)\n```\n[f](#g)'
    assert.deepEqual(linksOf(markdown, 'docs/app.md'), [
      { target: 'README.md', anchor: 'x' },
      { target: 'docs/app.md', anchor: 'g' },
    ])
  })

  it('are problems if nothing is there', () => {
    assert.match(problemOf(ROOT, { target: 'docs/no.md', anchor: undefined }) ?? '', /not exist/)
    assert.match(problemOf(ROOT, { target: 'README.md', anchor: 'no' }) ?? '', /no heading #no/)
    assert.equal(problemOf(ROOT, { target: 'README.md', anchor: 'status' }), undefined)
  })
})
