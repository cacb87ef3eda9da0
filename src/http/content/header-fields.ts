import type { HeaderList } from '../message/headers.ts'
import type { HttpResponse } from '../message/response.ts'

/** Everything but the fields of these names, which are in lower case. */
export function withoutFields(headers: HeaderList, names: readonly string[]): HeaderList {
  return headers.filter(([name]) => !names.includes(name.toLowerCase()))
}

/** The fields with a name added to `Vary`, unless it is there or everything varies. */
export function withVary(headers: HeaderList, name: string): HeaderList {
  const given = headers.filter(([each]) => each.toLowerCase() === 'vary').map(([, value]) => value)
  const names = given.flatMap((value) => value.split(',').map((each) => each.trim().toLowerCase()))
  if (names.includes('*') || names.includes(name)) return headers
  const all = [...given.filter((value) => value.trim() !== ''), name].join(', ')
  return [...withoutFields(headers, ['vary']), ['vary', all]]
}

/** The same response with other headers. */
export function withHeaders(response: HttpResponse, headers: HeaderList): HttpResponse {
  return response.withHeaderList(headers, response.contentType)
}
