import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'

/** Text or bytes of a PEM (or, for `pfx`, of a PKCS #12) document. */
export type TlsDocument = string | Uint8Array

/** A certificate with its private key. Each part is given as it is, or as the file it stands in. */
export interface TlsIdentity {
  /** PEM: the certificate, then those between it and the root. */
  readonly cert?: TlsDocument
  readonly certFile?: string | URL
  /** PEM: the private key that belongs to the certificate. */
  readonly key?: TlsDocument
  readonly keyFile?: string | URL
  /** PKCS #12: certificate and key in one, in place of the two above. */
  readonly pfx?: Uint8Array
  readonly pfxFile?: string | URL
  /** Of an encrypted key or PKCS #12. */
  readonly passphrase?: string
}

/** How a server speaks TLS. Certificates given as files can be reloaded while it runs. */
export interface TlsOptions extends TlsIdentity {
  /**
   * Other certificates, by the name that clients ask for (SNI): `a.example`, or `*.example` for one
   * label in the place of the star. Any other name gets the certificate above.
   */
  readonly contexts?: Readonly<Record<string, TlsIdentity>>
  /** PEM: the authorities whose client certificates are accepted, in place of the public ones. */
  readonly ca?: TlsDocument
  readonly caFile?: string | URL
  /** Asks clients for a certificate; default false. */
  readonly requestCert?: boolean
  /**
   * Refuses clients without a valid certificate; default true. If false, handlers decide by
   * `request.tls.authorized`. Only with `requestCert`.
   */
  readonly rejectUnauthorized?: boolean
  /** Default `TLSv1.2`. */
  readonly minVersion?: TlsVersion
  /** Default `TLSv1.3`. */
  readonly maxVersion?: TlsVersion
  /** In OpenSSL's format; default: Node's. */
  readonly ciphers?: string
  /** Names of curves for the key exchange, separated by colons; default: Node's. */
  readonly ecdhCurve?: string
  /** Milliseconds a handshake may take; default 10,000. */
  readonly handshakeTimeoutMs?: number
  /** Seconds a session may be resumed; default 300, as in OpenSSL. */
  readonly sessionTimeoutS?: number
  /**
   * 48 secret bytes that session tickets are sealed with: several machines with the same ones
   * resume each other's sessions. Default: random, shared by all reactors of a server.
   */
  readonly ticketKeys?: Uint8Array
  /**
   * Looks so often, in milliseconds, whether a file has changed, and reloads all if so; default 0:
   * only when asked to. A file that cannot be used is reported, and the old certificate stays.
   */
  readonly reloadIntervalMs?: number
}

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

/** {@link TlsOptions} with every number and flag filled in. */
export interface TlsSettings {
  readonly identity: TlsIdentity
  readonly contexts: ReadonlyMap<string, TlsIdentity>
  readonly ca: TlsDocument | undefined
  readonly caFile: string | URL | undefined
  readonly requestCert: boolean
  readonly rejectUnauthorized: boolean
  readonly minVersion: TlsVersion
  readonly maxVersion: TlsVersion
  readonly ciphers: string | undefined
  readonly ecdhCurve: string | undefined
  readonly handshakeTimeoutMs: number
  readonly sessionTimeoutS: number
  readonly ticketKeys: Uint8Array | undefined
  readonly reloadIntervalMs: number
}

const IDENTITY_NAMES = ['cert', 'certFile', 'key', 'keyFile', 'pfx', 'pfxFile', 'passphrase']
const NAMES = [
  ...IDENTITY_NAMES,
  'contexts',
  'ca',
  'caFile',
  'requestCert',
  'rejectUnauthorized',
  'minVersion',
  'maxVersion',
  'ciphers',
  'ecdhCurve',
  'handshakeTimeoutMs',
  'sessionTimeoutS',
  'ticketKeys',
  'reloadIntervalMs',
]
/** A host name, with or without a star in place of its first label. */
const CONTEXT_NAME =
  /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/
const MAX_TIMEOUT_MS = 86_400_000
/** Node's keys: 16 bytes name, 16 bytes HMAC, 16 bytes AES. */
export const TICKET_KEYS_BYTES = 48

/**
 * Checks the options and fills in the defaults; no file is read.
 *
 * @param where - for messages: `listen options.tls`
 * @throws {OptionError} for an unknown name, or a value that cannot be
 */
export function tlsSettings(where: string, options: TlsOptions): TlsSettings {
  if (typeof options !== 'object' || options === null) {
    throw new OptionError(where, options, 'an object with a certificate and its key')
  }
  rejectUnknownOptions(where, options, NAMES)
  const { ciphers, ecdhCurve, ca, caFile } = options
  assertOneOf(where, options, 'ca', 'caFile')
  for (const name of ['ciphers', 'ecdhCurve'] as const)
    assertText(`${where}.${name}`, options[name])
  return {
    identity: checkIdentity(where, options),
    contexts: checkContexts(where, options.contexts),
    ca,
    caFile,
    ...verification(where, options),
    ...versions(where, options),
    ciphers,
    ecdhCurve,
    ...numbers(where, options),
    ticketKeys: ticketKeys(where, options.ticketKeys),
  }
}

function numbers(
  where: string,
  options: TlsOptions,
): Pick<TlsSettings, 'handshakeTimeoutMs' | 'sessionTimeoutS' | 'reloadIntervalMs'> {
  const of = (
    name: 'handshakeTimeoutMs' | 'sessionTimeoutS' | 'reloadIntervalMs',
    fallback: number,
    min: number,
    max: number,
  ): number => integerOption(`${where}.${name}`, options[name], fallback, min, max)
  return {
    handshakeTimeoutMs: of('handshakeTimeoutMs', 10_000, 0, MAX_TIMEOUT_MS),
    sessionTimeoutS: of('sessionTimeoutS', 300, 1, 86_400),
    reloadIntervalMs: of('reloadIntervalMs', 0, 0, MAX_TIMEOUT_MS),
  }
}

function verification(
  where: string,
  { requestCert, rejectUnauthorized }: TlsOptions,
): Pick<TlsSettings, 'requestCert' | 'rejectUnauthorized'> {
  assertFlag(`${where}.requestCert`, requestCert)
  assertFlag(`${where}.rejectUnauthorized`, rejectUnauthorized)
  if (rejectUnauthorized !== undefined && requestCert !== true) {
    throw new OptionError(
      `${where}.rejectUnauthorized`,
      rejectUnauthorized,
      'absent, or given with requestCert: true',
    )
  }
  return { requestCert: requestCert ?? false, rejectUnauthorized: rejectUnauthorized ?? true }
}

function versions(
  where: string,
  { minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3' }: TlsOptions,
): Pick<TlsSettings, 'minVersion' | 'maxVersion'> {
  const known: readonly string[] = ['TLSv1.2', 'TLSv1.3']
  for (const [name, value] of Object.entries({ minVersion, maxVersion })) {
    if (!known.includes(value)) {
      throw new OptionError(`${where}.${name}`, value, "'TLSv1.2' or 'TLSv1.3'")
    }
  }
  if (minVersion > maxVersion) {
    throw new OptionError(`${where}.minVersion`, minVersion, `at most maxVersion, ${maxVersion}`)
  }
  return { minVersion, maxVersion }
}

function ticketKeys(where: string, keys: Uint8Array | undefined): Uint8Array | undefined {
  if (keys === undefined) return undefined
  if (!(keys instanceof Uint8Array) || keys.length !== TICKET_KEYS_BYTES) {
    throw new OptionError(`${where}.ticketKeys`, keys, `${TICKET_KEYS_BYTES} secret bytes`)
  }
  return keys
}

function checkContexts(
  where: string,
  contexts: TlsOptions['contexts'],
): ReadonlyMap<string, TlsIdentity> {
  if (contexts === undefined) return new Map()
  if (typeof contexts !== 'object' || contexts === null) {
    throw new OptionError(
      `${where}.contexts`,
      contexts,
      'an object from host names to certificates',
    )
  }
  return new Map(
    Object.entries(contexts).map(([name, identity]) => {
      const path = `${where}.contexts['${name}']`
      if (!CONTEXT_NAME.test(name.toLowerCase())) {
        throw new OptionError(
          `${where}.contexts`,
          name,
          'host names such as a.example or *.example',
        )
      }
      rejectUnknownOptions(path, identity, IDENTITY_NAMES)
      return [name.toLowerCase(), checkIdentity(path, identity)]
    }),
  )
}

/** @throws {OptionError} unless there is one certificate with one key, or one PKCS #12 */
function checkIdentity(where: string, identity: TlsIdentity): TlsIdentity {
  for (const name of ['cert', 'key', 'pfx'] as const)
    assertOneOf(where, identity, name, `${name}File`)
  const { cert, certFile, key, keyFile, pfx, pfxFile, passphrase } = identity
  assertText(`${where}.passphrase`, passphrase)
  const hasPfx = (pfx ?? pfxFile) !== undefined
  if (hasPfx && (cert ?? certFile ?? key ?? keyFile) !== undefined) {
    throw new OptionError(`${where}.pfx`, pfx ?? pfxFile, 'absent if cert and key are given')
  }
  if (!hasPfx && (cert ?? certFile) === undefined) {
    throw new OptionError(`${where}.cert`, cert, 'given, or certFile, pfx or pfxFile')
  }
  if (!hasPfx && (key ?? keyFile) === undefined) {
    throw new OptionError(`${where}.key`, key, 'given, or keyFile')
  }
  return identity
}

/** A document is given in one way; as text or bytes here, as path or URL there. */
function assertOneOf(where: string, options: object, name: string, fileName: string): void {
  const given = options as Readonly<Record<string, unknown>>
  const { [name]: value, [fileName]: file } = given
  if (value !== undefined && file !== undefined) {
    throw new OptionError(`${where}.${fileName}`, file, `absent if ${name} is given`)
  }
  const isDocument = value instanceof Uint8Array || (typeof value === 'string' && name !== 'pfx')
  if (value !== undefined && !isDocument) {
    throw new OptionError(`${where}.${name}`, value, name === 'pfx' ? 'bytes' : 'PEM text or bytes')
  }
  if (file !== undefined && typeof file !== 'string' && !(file instanceof URL)) {
    throw new OptionError(`${where}.${fileName}`, file, 'a path or a file URL')
  }
}

function assertText(where: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string')
    throw new OptionError(where, value, 'a string')
}

function assertFlag(where: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') {
    throw new OptionError(where, value, 'true or false')
  }
}
