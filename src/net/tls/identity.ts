import { Buffer } from 'node:buffer'
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { SecureContextOptions } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { reasonOf, TlsConfigError } from '../errors.ts'
import type { TlsDocument, TlsIdentity } from './options.ts'

/** A certificate with its key, read and checked. */
export interface LoadedIdentity {
  readonly options: Pick<SecureContextOptions, 'cert' | 'key' | 'pfx' | 'passphrase'>
  /** Undefined for a PKCS #12, which Node does not look into. */
  readonly certificate: X509Certificate | undefined
}

/**
 * Reads the files of an identity, and checks that key and certificate belong together.
 *
 * @param where - for messages: `listen options.tls`
 * @throws {TlsConfigError} naming the file or option, and what is wrong with it
 */
export function loadIdentity(where: string, identity: TlsIdentity): LoadedIdentity {
  const { passphrase } = identity
  const secret = passphrase === undefined ? {} : { passphrase }
  const pfx = readDocument(`${where}.pfx`, identity.pfx, identity.pfxFile)
  if (pfx !== undefined) {
    return { options: { pfx: pfx.bytes, ...secret }, certificate: undefined }
  }
  const cert = readDocument(`${where}.cert`, identity.cert, identity.certFile)!
  const key = readDocument(`${where}.key`, identity.key, identity.keyFile)!
  const certificate = parseCertificate(cert)
  if (!certificate.checkPrivateKey(parseKey(key, passphrase))) {
    throw new TlsConfigError(
      `${key.name} is not the key of the certificate ${nameOf(certificate)} in ${cert.name}`,
    )
  }
  return { options: { cert: cert.bytes, key: key.bytes, ...secret }, certificate }
}

/** The bytes of an option, and what to call it in messages. */
export interface NamedDocument {
  readonly name: string
  readonly bytes: Buffer
}

/** @throws {TlsConfigError} if the file cannot be read */
export function readDocument(
  where: string,
  document: TlsDocument | undefined,
  file: string | URL | undefined,
): NamedDocument | undefined {
  if (document !== undefined) {
    const bytes = typeof document === 'string' ? Buffer.from(document) : Buffer.from(document)
    return { name: where, bytes }
  }
  if (file === undefined) return undefined
  const path = pathOf(file)
  try {
    return { name: path, bytes: readFileSync(path) }
  } catch (cause) {
    throw new TlsConfigError(`Cannot read ${path} (${where}File): ${reasonOf(cause)}`, cause)
  }
}

/** Something that is another text whenever the file was written or replaced; empty if it is gone. */
export function fileVersion(file: string | URL): string {
  const found = statSync(pathOf(file), { bigint: true, throwIfNoEntry: false })
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeNs}`
}

/** Those of an identity, in no particular order. */
export function filesOf({ certFile, keyFile, pfxFile }: TlsIdentity): (string | URL)[] {
  return [certFile, keyFile, pfxFile].filter((file) => file !== undefined)
}

/** What is odd about a certificate but keeps nobody from using it. */
export function certificateWarning(
  certificate: X509Certificate,
  nowMs: number,
): string | undefined {
  const name = nameOf(certificate)
  if (nowMs > Date.parse(certificate.validTo)) {
    return `The certificate ${name} has expired on ${certificate.validTo}`
  }
  if (nowMs < Date.parse(certificate.validFrom)) {
    return `The certificate ${name} is not valid before ${certificate.validFrom}`
  }
  return undefined
}

function pathOf(file: string | URL): string {
  return typeof file === 'string' ? file : fileURLToPath(file)
}

function parseCertificate({ name, bytes }: NamedDocument): X509Certificate {
  try {
    return new X509Certificate(bytes)
  } catch (cause) {
    throw new TlsConfigError(`${name} is not a certificate in PEM format`, cause)
  }
}

function parseKey({ name, bytes }: NamedDocument, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: bytes, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch (cause) {
    const isEncrypted = bytes.includes('ENCRYPTED')
    const why = !isEncrypted
      ? 'is not a private key in PEM format'
      : passphrase === undefined
        ? 'is encrypted: give its passphrase'
        : 'cannot be decrypted: the passphrase is wrong, or the file damaged'
    throw new TlsConfigError(`${name} ${why}`, cause)
  }
}

function nameOf(certificate: X509Certificate): string {
  return certificate.subject.replaceAll('\n', ', ') || certificate.subjectAltName || '(no subject)'
}
