import { OptionError } from '../../core/errors.ts'
import type { Address } from '../../reactor/membership/messages.ts'
import { detectFeatures } from '../../reactor/supervision/features.ts'
import type { Distribution } from './listen-options.ts'

/** How connections will come to the reactors, and whether listeners can be handed on. */
export interface ChosenDistribution {
  readonly kind: Distribution
  readonly movesHandles: boolean
}

/**
 * Takes what was asked for, or else the best that this system and this Node can do.
 *
 * @throws {OptionError} if they cannot do what was asked for
 */
export async function chooseDistribution(
  wanted: Distribution | undefined,
  address: Address,
): Promise<ChosenDistribution> {
  const { reusePort, movesHandles } = await detectFeatures()
  const isGiven = address.fd !== undefined || address.systemd !== undefined
  const canReuse = reusePort && address.path === undefined && !isGiven
  // Only TCP sockets can be moved to a thread; a process can be sent any.
  const fallback = canReuse
    ? 'reuse-port'
    : movesHandles && address.path === undefined
      ? 'transfer'
      : 'cluster'
  const kind = wanted ?? fallback
  if (kind === 'reuse-port' && !reusePort) {
    throw new OptionError(
      'listen().distribution',
      kind,
      'another one: no two sockets share a port here',
    )
  }
  if (kind === 'transfer' && !movesHandles) {
    throw new OptionError(
      'listen().distribution',
      kind,
      `another one: Node ${process.versions.node} moves no sockets`,
    )
  }
  return { kind, movesHandles }
}
