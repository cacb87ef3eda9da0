import { type CertificateField, generate } from 'selfsigned'

/** A certificate with its key, in PEM. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

interface CertificateOptions {
  /** Who signs it; default: itself. */
  readonly ca?: TestCertificate
  readonly isAuthority?: boolean
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly passphrase?: string
}

const DAY_MS = 86_400_000

/** Makes a certificate for host names and 127.0.0.1; the first name is its common name. */
export async function createCertificate(
  names: readonly string[],
  { ca, isAuthority = false, notBefore, notAfter, passphrase }: CertificateOptions = {},
): Promise<TestCertificate> {
  const subject: CertificateField[] = [{ name: 'commonName', value: names[0] ?? 'test' }]
  const made = await generate(subject, {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: notBefore ?? new Date(Date.now() - DAY_MS),
    notAfterDate: notAfter ?? new Date(Date.now() + 30 * DAY_MS),
    ...(ca === undefined ? {} : { ca }),
    ...(passphrase === undefined ? {} : { passphrase }),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      {
        name: 'keyUsage',
        digitalSignature: true,
        keyCertSign: isAuthority,
        cRLSign: isAuthority,
        critical: true,
      },
      ...(isAuthority
        ? []
        : [{ name: 'extKeyUsage' as const, serverAuth: true, clientAuth: true }]),
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          { type: 7 as const, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** An authority, and a certificate of it for `localhost`. */
export async function createAuthority(): Promise<{ ca: TestCertificate; server: TestCertificate }> {
  const ca = await createCertificate(['Test Authority'], { isAuthority: true })
  return { ca, server: await createCertificate(['localhost'], { ca }) }
}
