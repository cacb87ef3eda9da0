import { Future } from '../future/index.ts'
import { HttpError, HttpResponse } from '../http/index.ts'
import type { AppSettings } from './options.ts'
import { defineRoute, type Route } from './routing/route.ts'
import { readSwaggerAsset } from './swagger-assets.ts'

const ASSETS: readonly (readonly [name: string, contentType: string])[] = [
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]

/** Nothing but our own files; Swagger UI sets styles on elements and draws icons from data URLs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  'connect-src *',
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The OpenAPI document and the docs page with its files, as far as the app wants them. */
export function docsRoutes(settings: AppSettings, document: object): Route[] {
  const { openapi, docs } = settings
  if (openapi === false) return []
  const text = JSON.stringify(document)
  const routes = [fixed(openapi, () => new HttpResponse(200, text, 'application/json'))]
  if (docs === false) return routes
  const page = docsHtml(settings.title, docs)
  const script = initScript(openapi)
  const headers: [string, string][] = [['content-security-policy', POLICY]]
  routes.push(
    fixed(docs, () => new HttpResponse(200, page, 'text/html; charset=utf-8', headers)),
    fixed(`${docs}/init.js`, () => {
      return new HttpResponse(200, script, 'text/javascript; charset=utf-8')
    }),
    ...ASSETS.map(([name, contentType]) => assetRoute(docs, name, contentType)),
  )
  return routes
}

function fixed(path: string, handler: () => unknown): Route {
  return defineRoute('GET', path, { documented: false }, handler)
}

function assetRoute(docs: string, name: string, contentType: string): Route {
  const headers: [string, string][] = [['cache-control', 'public, max-age=86400']]
  return fixed(`${docs}/${name}`, () =>
    Future.from(readSwaggerAsset(name)).then((bytes) => {
      if (bytes === undefined) throw new HttpError(404, 'swagger-ui-dist is not installed')
      return new HttpResponse(200, bytes, contentType, headers)
    }),
  )
}

function docsHtml(title: string, docs: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - Swagger UI</title>
<link rel="stylesheet" href="${docs}/swagger-ui.css">
<link rel="icon" type="image/png" href="${docs}/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${docs}/swagger-ui-bundle.js"></script>
<script src="${docs}/init.js"></script>
</body>
</html>
`
}

function initScript(openapi: string): string {
  return `SwaggerUIBundle({
  url: ${JSON.stringify(openapi)},
  dom_id: '#swagger-ui',
  layout: 'BaseLayout',
  deepLinking: true,
  showExtensions: true,
  showCommonExtensions: true,
})
`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
