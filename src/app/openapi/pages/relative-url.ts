/**
 * The URL of one path of an app as a page at another says it.
 *
 * A page that names its files so works wherever a proxy or another app has put it.
 *
 * @param from - path of the page: `/help/api`
 * @param to - path of the file: `/openapi.json` becomes `../openapi.json`
 */
export function relativeUrl(from: string, to: string): string {
  const depth = from.split('/').length - 2
  return `${'../'.repeat(depth)}${to.slice(1)}`
}
