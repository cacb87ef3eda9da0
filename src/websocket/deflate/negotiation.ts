import type { ExtensionOffer } from './extension-offers.ts'
import type { DeflateSettings } from './options.ts'

/** What both sides have agreed on. @see RFC 7692, 7.1 */
export interface DeflateAgreement {
  readonly serverWindowBits: number
  readonly clientWindowBits: number
  readonly serverKeepsContext: boolean
  readonly clientKeepsContext: boolean
  /** For the response. */
  readonly header: string
}

const KNOWN: ReadonlySet<string> = new Set([
  'server_no_context_takeover',
  'client_no_context_takeover',
  'server_max_window_bits',
  'client_max_window_bits',
])

/**
 * Takes the first offer that can be met. An offer with parameters that are unknown, given twice or out
 * of bounds is declined, as the RFC demands; so is a window of 2^8 bytes, which zlib does not have.
 *
 * @param mayKeepContext - whether there is memory left for contexts of this socket's own
 * @returns undefined if there is none: then messages are not compressed
 */
export function negotiateDeflate(
  offers: readonly ExtensionOffer[],
  settings: DeflateSettings,
  mayKeepContext: boolean,
): DeflateAgreement | undefined {
  for (const offer of offers) {
    if (offer.name.toLowerCase() !== 'permessage-deflate' || offer.isAmbiguous) continue
    const agreement = accept(offer.parameters, settings, mayKeepContext)
    if (agreement !== undefined) return agreement
  }
  return undefined
}

function accept(
  parameters: ExtensionOffer['parameters'],
  settings: DeflateSettings,
  mayKeepContext: boolean,
): DeflateAgreement | undefined {
  for (const name of parameters.keys()) if (!KNOWN.has(name)) return undefined
  const serverLimit = windowBits(parameters.get('server_max_window_bits'), false)
  const clientLimit = windowBits(parameters.get('client_max_window_bits'), true)
  const noServerContext = parameters.get('server_no_context_takeover') ?? false
  const noClientContext = parameters.get('client_no_context_takeover') ?? false
  if (serverLimit === undefined || clientLimit === undefined) return undefined
  if (typeof noServerContext === 'string' || typeof noClientContext === 'string') return undefined
  const keeps = settings.contextTakeover && mayKeepContext
  // Only a client that says so can do with a smaller window: RFC 7692, 7.1.2.2.
  const canLimitClient = parameters.has('client_max_window_bits')
  return describe({
    serverWindowBits: Math.min(serverLimit, settings.windowBits),
    clientWindowBits: canLimitClient ? Math.min(clientLimit, settings.windowBits) : 15,
    serverKeepsContext: keeps && !noServerContext,
    clientKeepsContext: keeps && !noClientContext,
  })
}

/** @returns 15 if absent, undefined if it cannot be met */
function windowBits(value: string | true | undefined, mayBeBare: boolean): number | undefined {
  if (value === undefined) return 15
  if (value === true) return mayBeBare ? 15 : undefined
  const bits = /^(?:[89]|1[0-5])$/.test(value) ? Number(value) : undefined
  return bits === 8 && !mayBeBare ? undefined : bits
}

function describe(agreed: Omit<DeflateAgreement, 'header'>): DeflateAgreement {
  const parts = ['permessage-deflate']
  if (!agreed.serverKeepsContext) parts.push('server_no_context_takeover')
  if (!agreed.clientKeepsContext) parts.push('client_no_context_takeover')
  if (agreed.serverWindowBits < 15) parts.push(`server_max_window_bits=${agreed.serverWindowBits}`)
  if (agreed.clientWindowBits < 15) parts.push(`client_max_window_bits=${agreed.clientWindowBits}`)
  return { ...agreed, header: parts.join('; ') }
}
