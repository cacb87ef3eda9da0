import {
  cpSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { problemOf, replaceLinks } from './links.ts'
import { sidebarOf } from './sidebar.ts'

/** Pages outside of `docs/` that links of the docs lead to. */
const ROOT_PAGES = ['CHANGELOG.md', 'CONTRIBUTING.md']

/** Writes what VitePress reads: the pages of a repository, its sources that they link to, and the bars. */
export class Stage {
  readonly #root: string
  readonly #folder: string
  readonly #sources = new Set<string>()
  readonly #problems: string[] = []

  constructor(root: string, folder: string) {
    this.#root = root
    this.#folder = folder
  }

  /** @throws {Error} links lead nowhere: all of them */
  write(): void {
    rmSync(this.#folder, { recursive: true, force: true })
    const pages = globSync('docs/**/*.md', { cwd: this.#root }).toSorted()
    for (const page of [...pages, ...ROOT_PAGES]) this.#writePage(page)
    for (const source of this.#sources) this.#writeSource(source)
    if (this.#problems.length > 0) throw new Error(this.#problems.join('\n'))
    cpSync(join(this.#root, 'site/home.md'), join(this.#folder, 'index.md'))
    this.#put('sidebar.json', JSON.stringify(sidebarOf(this.#root, pages)))
  }

  #writePage(page: string): void {
    const markdown = readFileSync(join(this.#root, page), 'utf8')
    const staged = replaceLinks(markdown, page, (link) => {
      const problem = problemOf(this.#root, link)
      if (problem !== undefined) this.#problems.push(`${page}: ${problem}`)
      return this.#addressOf(link.target) + (link.anchor === undefined ? '' : `#${link.anchor}`)
    })
    this.#put(stagedName(page), staged)
  }

  #addressOf(target: string): string {
    if (target === 'docs') return '/app'
    if (target.endsWith('.md') && (target.startsWith('docs/') || ROOT_PAGES.includes(target))) {
      return `/${stagedName(target)}`
    }
    if (target === 'README.md') return '/'
    this.#sources.add(target)
    return `/${sourceName(target)}`
  }

  /** A file as a page of its own; a folder as one with all its files, and links to its folders. */
  #writeSource(path: string): void {
    const file = join(this.#root, path)
    const found = statSync(file, { throwIfNoEntry: false })
    if (found === undefined) return
    const page = found.isDirectory() ? this.#folderPage(path) : this.#filePage(path)
    this.#put(sourceName(path), page)
  }

  #filePage(path: string): string {
    const text = readFileSync(join(this.#root, path), 'utf8')
    return extname(path) === '.md'
      ? replaceLinks(text, path, ({ target }) => this.#addressOf(target))
      : `# ${path}\n\n${codeOf(path, text)}`
  }

  #folderPage(path: string): string {
    const entries = readdirSync(join(this.#root, path), { withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    const links = folders.map(({ name }) => {
      this.#sources.add(`${path}/${name}`)
      return `- [${name}](/${sourceName(`${path}/${name}`)})`
    })
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => {
        const text = readFileSync(join(this.#root, path, name), 'utf8')
        return `## ${name}\n\n${codeOf(name, text)}`
      })
    return [`# ${path}`, links.join('\n'), ...files].join('\n\n')
  }

  #put(name: string, text: string): void {
    const file = join(this.#folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

function stagedName(page: string): string {
  return page.replace(/^docs\//, '').replace(/README\.md$/, 'index.md')
}

function sourceName(path: string): string {
  return `source/${path.replaceAll('.', '-')}.md`
}

/** Languages that VitePress colours; the others are shown as text. */
const COLOURED = new Set(['ts', 'js', 'json', 'md', 'html', 'css', 'sql'])

function codeOf(name: string, text: string): string {
  const language = extname(name).slice(1)
  return `\`\`\`\`${COLOURED.has(language) ? language : 'text'}\n${text}\n\`\`\`\`\n`
}
