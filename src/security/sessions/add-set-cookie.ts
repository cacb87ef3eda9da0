import type { HttpResponse } from '../../http/index.ts'

/** Sets a cookie of one client, with a response that no cache may keep, and give to others. */
export function addSetCookie(response: HttpResponse, cookie: string): HttpResponse {
  const list = [...(response.headers ?? []), ['set-cookie', cookie] as const]
  if (response.header('cache-control') === undefined) list.push(['cache-control', 'no-store'])
  return response.withHeaderList(list, response.contentType)
}
