import { redactQuery, SECRET_PARAMETERS } from '../../../middleware/access-log/redact.ts'

const REDACTED = 'REDACTED'

/** Parts of the names of headers whose values open doors. */
const SECRET_NAME = /auth|cookie|credential|csrf|jwt|key|pass|secret|session|signature|token|xsrf/

/** `scheme://user:password@`, as it stands in messages of clients of databases. */
const URL_PASSWORD = /(:\/\/[^\s:/@]*):[^\s/@]+@/g

const secretParameters: ReadonlySet<string> = new Set(SECRET_PARAMETERS)

/** The value of a header, unless its name sounds like a secret. */
export function safeHeader(name: string, value: string): string {
  return SECRET_NAME.test(name) ? REDACTED : safeText(redactQuery(value, secretParameters))
}

/** A request target without the values of parameters that are known to be secret. */
export function safeTarget(target: string): string {
  return redactQuery(target, secretParameters)
}

/** A text without the passwords of the URLs in it. */
export function safeText(text: string): string {
  return text.replaceAll(URL_PASSWORD, `$1:${REDACTED}@`)
}
