/** Names of query parameters whose values nobody should find in a log. */
export const SECRET_PARAMETERS: readonly string[] = [
  'access_token',
  'api_key',
  'apikey',
  'auth',
  'client_secret',
  'code',
  'id_token',
  'jwt',
  'key',
  'password',
  'refresh_token',
  'secret',
  'sig',
  'signature',
  'state',
  'token',
]

const REDACTED = 'REDACTED'

/**
 * Takes the values of some query parameters out of a target.
 *
 * @param secrets - their names in lower case
 */
export function redactQuery(target: string, secrets: ReadonlySet<string>): string {
  const question = target.indexOf('?')
  if (question === -1 || secrets.size === 0) return target
  const parts = target.slice(question + 1).split('&')
  let isChanged = false
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? ''
    const equals = part.indexOf('=')
    if (equals === -1 || !secrets.has(decodedName(part.slice(0, equals)))) continue
    parts[at] = `${part.slice(0, equals)}=${REDACTED}`
    isChanged = true
  }
  return isChanged ? `${target.slice(0, question)}?${parts.join('&')}` : target
}

/** As whoever reads the query sees it: a name can be written in many ways. */
function decodedName(name: string): string {
  const plain = name.replaceAll('+', ' ')
  try {
    return decodeURIComponent(plain).toLowerCase()
  } catch {
    return plain.toLowerCase()
  }
}
