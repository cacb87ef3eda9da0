import { createHash } from 'node:crypto'

/**
 * The answer to AuthenticationMD5Password.
 *
 * @see PostgreSQL manual, "Message Flow", AuthenticationMD5Password
 */
export function md5Password(user: string, password: string, salt: Uint8Array): string {
  return `md5${md5(md5(password + user), salt)}`
}

function md5(text: string, salt?: Uint8Array): string {
  const hash = createHash('md5').update(text)
  if (salt !== undefined) hash.update(salt)
  return hash.digest('hex')
}
