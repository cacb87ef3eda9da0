import { Buffer } from 'node:buffer'
import { createHash, type X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { messageOf, TlsConfigError } from '../errors.ts'
import { certificateWarning, filesOf, fileVersion, loadIdentity, readDocument } from './identity.ts'
import type { TlsIdentity, TlsSettings } from './options.ts'

/** Everything a server needs of its certificates, as they were when they were read. */
export interface TlsContexts {
  /** For clients that name no host, or one that has no context. */
  readonly fallback: SecureContextOptions
  readonly byName: ReadonlyMap<string, SecureContext>
  readonly certificates: readonly X509Certificate[]
  readonly warnings: readonly string[]
}

/**
 * Reads and checks all certificates.
 *
 * @param where - for messages: `listen options.tls`
 * @throws {TlsConfigError} naming the file or option, and what is wrong with it
 */
export function loadContexts(
  where: string,
  settings: TlsSettings,
  ticketKeys: Uint8Array,
): TlsContexts {
  const shared = sharedOptions(where, settings, ticketKeys)
  const certificates: X509Certificate[] = []
  const load = (path: string, identity: TlsIdentity): SecureContextOptions => {
    const { options, certificate } = loadIdentity(path, identity)
    if (certificate !== undefined) certificates.push(certificate)
    return { ...shared, ...options }
  }
  const fallback = load(where, settings.identity)
  createContext(where, fallback)
  const byName = new Map<string, SecureContext>()
  for (const [name, identity] of settings.contexts) {
    const path = `${where}.contexts['${name}']`
    byName.set(name, createContext(path, load(path, identity)))
  }
  const nowMs = Date.now()
  const warnings = certificates.flatMap((each) => certificateWarning(each, nowMs) ?? [])
  return { fallback, byName, certificates, warnings }
}

/** The context for a host name: its own, or one with a star for the first label. */
export function findContext(
  byName: ReadonlyMap<string, SecureContext>,
  host: string,
): SecureContext | undefined {
  const name = host.toLowerCase()
  return byName.get(name) ?? byName.get(`*${name.slice(name.indexOf('.'))}`)
}

/** The state of all files: another text whenever one of them has changed. */
export function filesVersion({ identity, contexts, caFile }: TlsSettings): string {
  const files = [identity, ...contexts.values()].flatMap(filesOf)
  if (caFile !== undefined) files.push(caFile)
  return files.map(fileVersion).join('\n')
}

function sharedOptions(
  where: string,
  settings: TlsSettings,
  ticketKeys: Uint8Array,
): SecureContextOptions {
  const { minVersion, maxVersion, ciphers, ecdhCurve, sessionTimeoutS } = settings
  const authorities = readDocument(`${where}.ca`, settings.ca, settings.caFile)
  return {
    minVersion,
    maxVersion,
    honorCipherOrder: true,
    sessionTimeout: sessionTimeoutS,
    ticketKeys: Buffer.from(ticketKeys),
    // Who shares the ticket keys resumes each other's sessions; nobody else has the same.
    sessionIdContext: createHash('sha256').update(ticketKeys).digest('hex').slice(0, 32),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(ecdhCurve === undefined ? {} : { ecdhCurve }),
    ...(authorities === undefined ? {} : { ca: authorities.bytes }),
  }
}

function createContext(where: string, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options)
  } catch (cause) {
    throw new TlsConfigError(`${where} cannot be used: ${messageOf(cause)}`, cause)
  }
}
