import type { Eventual } from '../../../future/index.ts'
import { readAsset } from './assets.ts'
import { contentPolicy, type HtmlPage, htmlPage } from './html.ts'
import { KeptResponse } from './kept-response.ts'
import type { PageSettings, SwaggerUiSettings } from './options.ts'
import { relativeUrl } from './relative-url.ts'

/** One file of a docs page: made here, or taken from a package. */
export type PageFile =
  | { readonly path: string; readonly load: () => Eventual<KeptResponse> }
  | { readonly path: string; readonly asset: string; readonly type: string }

const SCRIPT = 'text/javascript; charset=utf-8'
const HTML = 'text/html; charset=utf-8'
const ICON = 'favicon-32x32.png'

/** Swagger UI, with the page that OAuth2 providers send the browser back to. */
export function swaggerUiPage(settings: SwaggerUiSettings, openapi: string): PageFile[] {
  const { path, parameters, initOAuth, oauth2RedirectPath } = settings
  const config = {
    dom_id: '#swagger-ui',
    layout: 'BaseLayout',
    deepLinking: true,
    showExtensions: true,
    showCommonExtensions: true,
    url: relativeUrl(path, openapi),
    ...parameters,
  }
  const redirect = JSON.stringify(relativeUrl(path, oauth2RedirectPath))
  const lines = [
    `const config = ${JSON.stringify(config, undefined, 2)}`,
    `config.oauth2RedirectUrl ??= new URL(${redirect}, location.href).href`,
    'const ui = SwaggerUIBundle(config)',
  ]
  if (initOAuth !== undefined) lines.push(`ui.initOAuth(${JSON.stringify(initOAuth)})`)
  const redirectPage = { title: 'OAuth2 redirect', root: 'oauth2', scripts: ['oauth2-redirect.js'] }
  return [
    page(settings, {
      styles: ['swagger-ui.css'],
      root: 'swagger-ui',
      scripts: ['swagger-ui-bundle.js'],
    }),
    script(path, lines),
    asset(path, 'swagger-ui.css', 'text/css; charset=utf-8'),
    asset(path, 'swagger-ui-bundle.js', SCRIPT),
    asset(path, ICON, 'image/png'),
    asset(path, 'oauth2-redirect.js', SCRIPT),
    {
      path: oauth2RedirectPath,
      load: () =>
        loadPage(path, oauth2RedirectPath, { ...redirectPage, styles: [], icon: ICON }, []),
    },
  ]
}

/** Without what it would fetch from elsewhere: fonts, and the logo of its makers. */
const REDOC_DEFAULTS = {
  disableSearch: false,
  theme: {
    typography: {
      fontFamily: 'system-ui, sans-serif',
      headings: { fontFamily: 'system-ui, sans-serif' },
      code: { fontFamily: 'ui-monospace, monospace' },
    },
  },
}

export function redocPage(settings: PageSettings, openapi: string): PageFile[] {
  const { path, parameters } = settings
  const options = JSON.stringify({ ...REDOC_DEFAULTS, ...parameters }, undefined, 2)
  const url = JSON.stringify(relativeUrl(path, openapi))
  return [
    page(settings, { styles: [], root: 'redoc', scripts: ['redoc.standalone.js'] }, [
      'worker-src blob:',
    ]),
    script(path, [`Redoc.init(${url}, ${options}, document.getElementById('redoc'))`]),
    asset(path, 'redoc.standalone.js', SCRIPT),
    asset(path, ICON, 'image/png'),
  ]
}

function page(
  { path, title, favicon, css }: PageSettings,
  parts: Pick<HtmlPage, 'styles' | 'root' | 'scripts'>,
  policy: readonly string[] = [],
): PageFile {
  const load = (): Promise<KeptResponse> =>
    loadPage(path, path, { ...parts, title, icon: ICON }, policy, { favicon, css })
  return { path, load }
}

/**
 * @param home - the path below which the assets are
 * @param path - of the page itself
 */
async function loadPage(
  home: string,
  path: string,
  parts: HtmlPage,
  policy: readonly string[],
  { favicon, css }: Partial<Pick<PageSettings, 'favicon' | 'css'>> = {},
): Promise<KeptResponse> {
  const urlOf = async (name: string): Promise<string> =>
    `${relativeUrl(path, `${home}/${name}`)}?v=${(await readAsset(name)).version}`
  const styles = await Promise.all(parts.styles.map(urlOf))
  const scripts = await Promise.all(parts.scripts.map(urlOf))
  if (home === path) scripts.push(relativeUrl(path, `${home}/init.js`))
  const html = htmlPage({
    ...parts,
    icon: favicon ?? (await urlOf(parts.icon)),
    styles: css === undefined ? styles : [...styles, css],
    scripts,
  })
  const headers: [string, string][] = [
    ['content-security-policy', contentPolicy([favicon, css], policy)],
  ]
  return new KeptResponse(html, HTML, headers)
}

function script(home: string, lines: readonly string[]): PageFile {
  return { path: `${home}/init.js`, load: () => new KeptResponse(`${lines.join('\n')}\n`, SCRIPT) }
}

function asset(home: string, name: string, type: string): PageFile {
  return { path: `${home}/${name}`, asset: name, type }
}
