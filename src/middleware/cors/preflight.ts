import { HttpResponse } from '../../http/index.ts'
import type { AppRequest } from '../request.ts'
import type { CorsSettings } from './options.ts'

const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** A browser asks whether a program may send a request; without these fields it is an ordinary OPTIONS. */
export function isPreflight(request: AppRequest): boolean {
  return (
    request.header('access-control-request-method') !== undefined &&
    request.header('origin') !== undefined
  )
}

/** Says what is allowed, or with 400 what is not: browsers then refuse the request, whatever the status. */
export function answerPreflight(
  request: AppRequest,
  origin: string,
  isAllowed: boolean,
  settings: CorsSettings,
): HttpResponse {
  const method = request.header('access-control-request-method') ?? ''
  const names = namesIn(request.header('access-control-request-headers') ?? '')
  const wantsPrivate = request.header('access-control-request-private-network') === 'true'
  const refused: string[] = []
  if (!isAllowed) refused.push('origin')
  if (settings.methods?.has(method) === false || !isName(method)) refused.push('method')
  if (names.some((name) => settings.headers?.has(name) === false)) refused.push('headers')
  if (wantsPrivate && !settings.privateNetwork) refused.push('private-network')
  const fields: [string, string][] = [['vary', varyOf(settings)]]
  if (isAllowed) allowOrigin(fields, origin, settings)
  if (refused.length > 0) {
    const detail = `Disallowed CORS ${refused.join(', ')}`
    return new HttpResponse(400, JSON.stringify({ detail }), 'application/json', fields)
  }
  fields.push(['access-control-allow-methods', [...(settings.methods ?? [method])].join(', ')])
  const allowed =
    settings.headers === undefined ? names.filter(isName).join(', ') : settings.headerList
  if (allowed !== '') fields.push(['access-control-allow-headers', allowed])
  fields.push(['access-control-max-age', String(settings.maxAgeSeconds)])
  if (wantsPrivate) fields.push(['access-control-allow-private-network', 'true'])
  return new HttpResponse(settings.preflightStatus, null, undefined, fields)
}

function allowOrigin(fields: [string, string][], origin: string, settings: CorsSettings): void {
  const { origins, credentials } = settings
  fields.push(['access-control-allow-origin', origins === undefined ? '*' : origin])
  if (credentials) fields.push(['access-control-allow-credentials', 'true'])
}

/** What the answer depends on, for caches that keep answers to OPTIONS. */
function varyOf({ origins, privateNetwork }: CorsSettings): string {
  const names = ['access-control-request-method', 'access-control-request-headers']
  if (origins !== undefined) names.unshift('origin')
  if (privateNetwork) names.push('access-control-request-private-network')
  return names.join(', ')
}

function namesIn(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

/** What is sent back must not be more than a list of names. */
function isName(name: string): boolean {
  return FIELD_NAME.test(name)
}
