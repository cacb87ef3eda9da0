import { OptionError } from '../../../core/errors.ts'
import { rejectUnknownOptions } from '../../../core/options.ts'

/** A JSON value. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Looks shared by the docs pages. */
interface PageOptions {
  /** Of the browser's tab; default: that of the API and the name of the page. */
  readonly title?: string
  /** URL of the icon; default that of Swagger UI. */
  readonly favicon?: string
  /** URL of a style sheet, read after the page's own. */
  readonly css?: string
}

export interface SwaggerUiOptions extends PageOptions {
  /**
   * Options of Swagger UI itself: `{ deepLinking: false, syntaxHighlight: { theme: 'obsidian' } }`.
   *
   * @see https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/
   */
  readonly parameters?: { readonly [name: string]: Json }
  /**
   * What the Authorize dialog is filled with: `{ clientId, scopes, usePkceWithAuthorizationCodeGrant }`.
   *
   * @see https://swagger.io/docs/open-source-tools/swagger-ui/usage/oauth2/
   */
  readonly initOAuth?: { readonly [name: string]: Json }
  /** Where OAuth2 providers send the browser back to; default `/docs/oauth2-redirect`. */
  readonly oauth2RedirectPath?: string
}

export interface RedocOptions extends PageOptions {
  /**
   * Options of ReDoc itself: `{ hideDownloadButtons: true, theme: { ... } }`.
   *
   * @see https://redocly.com/docs/redoc/v2.x/config
   */
  readonly parameters?: { readonly [name: string]: Json }
}

/** Where the document and its pages are, and how they look. */
export interface PagesOptions {
  /** Path of the OpenAPI document, or false for none (and no docs pages); default `/openapi.json`. */
  readonly openapi?: string | false
  /** Path of Swagger UI, or false for none; default `/docs`. */
  readonly docs?: string | false
  /** Path of ReDoc, or false for none; default `/redoc`. */
  readonly redoc?: string | false
  readonly swaggerUi?: SwaggerUiOptions
  readonly redocOptions?: RedocOptions
}

/** How one page is served. */
export interface PageSettings {
  readonly path: string
  readonly title: string
  readonly favicon: string | undefined
  readonly css: string | undefined
  readonly parameters: { readonly [name: string]: Json }
}

export interface SwaggerUiSettings extends PageSettings {
  readonly initOAuth: { readonly [name: string]: Json } | undefined
  readonly oauth2RedirectPath: string
}

export interface PagesSettings {
  readonly openapi: string | false
  readonly swaggerUiPage: SwaggerUiSettings | undefined
  readonly redocPage: PageSettings | undefined
}

const PAGE = ['title', 'favicon', 'css', 'parameters']

/** @throws {OptionError} on unknown or impossible options */
export function pagesSettings(options: PagesOptions, title: string): PagesSettings {
  const openapi = pathOption('openapi', options.openapi, '/openapi.json')
  const docs = pathOption('docs', options.docs, '/docs')
  const redoc = pathOption('redoc', options.redoc, '/redoc')
  const swaggerUi = options.swaggerUi ?? {}
  const redocOptions = options.redocOptions ?? {}
  rejectUnknownOptions('new App().swaggerUi', swaggerUi, [
    ...PAGE,
    'initOAuth',
    'oauth2RedirectPath',
  ])
  rejectUnknownOptions('new App().redocOptions', redocOptions, PAGE)
  const redirect = pathOption(
    'swaggerUi.oauth2RedirectPath',
    swaggerUi.oauth2RedirectPath,
    `${docs === false ? '' : docs}/oauth2-redirect`,
  )
  return {
    openapi,
    swaggerUiPage:
      openapi === false || docs === false
        ? undefined
        : {
            ...page('swaggerUi', docs, swaggerUi, `${title} - Swagger UI`),
            initOAuth: swaggerUi.initOAuth,
            oauth2RedirectPath: String(redirect),
          },
    redocPage:
      openapi === false || redoc === false
        ? undefined
        : page('redocOptions', redoc, redocOptions, `${title} - ReDoc`),
  }
}

function page(
  name: string,
  path: string,
  options: PageOptions & { readonly parameters?: PageSettings['parameters'] },
  fallback: string,
): PageSettings {
  const { title = fallback, favicon, css, parameters = {} } = options
  for (const [key, value] of Object.entries({ title, favicon, css })) {
    if (value === undefined || typeof value === 'string') continue
    throw new OptionError(`new App().${name}.${key}`, value, 'a string')
  }
  if (typeof parameters !== 'object' || parameters === null) {
    throw new OptionError(`new App().${name}.parameters`, parameters, 'an object')
  }
  return { path, title, favicon, css, parameters }
}

function pathOption(
  name: string,
  value: string | false | undefined,
  fallback: string,
): string | false {
  if (value === undefined || value === false) return value ?? fallback
  if (typeof value === 'string' && /^(\/[^/{}?#]+)+$/.test(value)) return value
  throw new OptionError(`new App().${name}`, value, 'a path without parameters, or false')
}
