import { readFileSync } from 'node:fs'
import { slugOf } from '../../scripts/docs/slugs.ts'

const content = new URL('../.content/', import.meta.url)
const sidebar = JSON.parse(readFileSync(new URL('sidebar.json', content), 'utf8'))

// oxlint-disable-next-line import/no-default-export -- VitePress reads it
export default {
  title: 'FasterAPI',
  description:
    'Web APIs for Node.js: FastAPI ergonomics, Seastar architecture, TypeScript all the way',
  srcDir: '.content',
  outDir: 'dist',
  cleanUrls: false,
  lastUpdated: false,
  // The API reference is made by TypeDoc and put beside the pages.
  ignoreDeadLinks: [/^\/api\//, /127\.0\.0\.1/],
  markdown: { html: false, anchor: { slugify: slugOf } },
  themeConfig: {
    search: { provider: 'local', options: { _render: withoutSources } },
    nav: [
      { text: 'Tutorial', link: '/tutorial/', activeMatch: '^/tutorial/' },
      {
        text: 'Guides',
        link: '/app',
        activeMatch: '^/(?!tutorial|migration|reference|source)[\\w-]+',
      },
      { text: 'Migrate', link: '/migration/fastapi', activeMatch: '^/migration/' },
      { text: 'Errors', link: '/reference/errors', activeMatch: '^/reference/' },
      { text: 'API', link: '/api/index.html', target: '_self' },
    ],
    sidebar,
    outline: [2, 3],
    docFooter: { prev: 'Before', next: 'Next' },
  },
}

/** The sources of examples are pages so that links to them work; who searches looks for words of guides. */
function withoutSources(source, env, md) {
  return env.relativePath.startsWith('source/') ? '' : md.render(source, env)
}
