import { type Eventual, Future } from '../../../future/index.ts'
import type { HttpResponse } from '../../../http/index.ts'
import { request } from '../../inputs/input.ts'
import type { AppRequest } from '../../request.ts'
import { defineRoute, type Route } from '../../routing/route.ts'
import type { ApiDocument } from '../document.ts'
import { readAsset } from './assets.ts'
import { KeptResponse } from './kept-response.ts'
import type { PagesSettings } from './options.ts'
import { type PageFile, redocPage, swaggerUiPage } from './page-files.ts'

const ASK_FIRST = 'no-cache'
const FOR_EVER = 'public, max-age=31536000, immutable'

/** The OpenAPI document and the docs pages with their files, as far as the app wants them. */
export function docsRoutes(settings: PagesSettings, document: ApiDocument): Route[] {
  const { openapi, swaggerUiPage: swagger, redocPage: redoc } = settings
  if (openapi === false) return []
  const files: PageFile[] = [
    {
      path: openapi,
      load: () => new KeptResponse(JSON.stringify(document.value), 'application/json'),
    },
  ]
  if (swagger !== undefined) files.push(...swaggerUiPage(swagger, openapi))
  if (redoc !== undefined) files.push(...redocPage(redoc, openapi))
  return files.map((file) =>
    'asset' in file ? assetRoute(file.path, file.asset, file.type) : pageRoute(file),
  )
}

function pageRoute({ path, load }: Extract<PageFile, { load: unknown }>): Route {
  let kept: Eventual<KeptResponse> | undefined
  return fixed(path, (asked) => {
    // What failed may be there the next time: nothing is kept of it.
    kept ??= load()
    if (kept instanceof KeptResponse) return kept.respond(asked, ASK_FIRST)
    return Future.from(kept).then(
      (ready) => ready.respond(asked, ASK_FIRST),
      (reason) => {
        kept = undefined
        throw reason
      },
    )
  })
}

function assetRoute(path: string, name: string, type: string): Route {
  let kept: KeptResponse | undefined
  return fixed(path, (asked) =>
    Future.from(readAsset(name)).then(({ bytes, version }) => {
      kept ??= new KeptResponse(bytes, type)
      return kept.respond(asked, asked.queryString === `v=${version}` ? FOR_EVER : ASK_FIRST)
    }),
  )
}

function fixed(path: string, handler: (asked: AppRequest) => Eventual<HttpResponse>): Route {
  const options = { documented: false, in: { asked: request() } }
  return defineRoute('GET', path, options, ({ asked }: { asked: AppRequest }) => handler(asked))
}
