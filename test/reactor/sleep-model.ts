/**
 * The race between sleep and wake-up of `src/reactor/mesh`, as a machine of single atomic steps.
 *
 * Two cores: a sender with some messages to send whenever it likes, also from callbacks while its mesh
 * sleeps, and a receiver. Each step of a core is one load, store or exchange of shared memory; between
 * any two steps the other core may go on.
 */
export interface State {
  /** Where each core stands. */
  readonly sender: SenderStep
  readonly receiver: ReceiverStep
  /** Messages the sender has not thought of yet. */
  readonly toSend: number
  /** Messages that wait for room, in the sender's own memory. */
  readonly queued: number
  /** Messages in the ring that were written, shown to the receiver, read by it, and given back. */
  readonly written: number
  readonly published: number
  readonly read: number
  readonly released: number
  /** The sender is in a turn of its mesh, not in a callback of its program. */
  readonly isTurn: boolean
  /** The words in shared memory. */
  readonly isBlocked: boolean
  readonly senderSleeps: boolean
  readonly receiverSleeps: boolean
}

type SenderStep =
  /** In `waitAsync`: nothing happens until a wake-up, or until a callback sends something. */
  | 'parked'
  | 'woken'
  | 'publish'
  | 'wake'
  | 'exchange'
  | 'block'
  | 'recheck'
  | 'mark'
  | 'ask'
  | 'look'
  | 'wait'
type ReceiverStep =
  | 'parked'
  | 'refresh'
  | 'release'
  | 'unblock'
  | 'wake'
  | 'exchange'
  | 'mark'
  | 'look'
  | 'wait'

/** What may be left out, to see that the model notices. */
export interface Variant {
  readonly capacity: number
  /** What messages take in the ring, in turn. */
  readonly sizes: readonly number[]
  readonly messages: number
  /** Look for work once more between saying that one sleeps and sleeping. */
  readonly looksBeforeSleep: boolean
  /** Look for room once more after asking for a wake-up. */
  readonly looksAfterBlock: boolean
  /** Ask for a wake-up again between saying that one sleeps and the look: the request may be used up. */
  readonly asksBeforeSleep: boolean
  /** Sleep only if nobody has cleared the flag meanwhile. */
  readonly comparesBeforeSleep: boolean
}

export function initialState(variant: Variant): State {
  return {
    sender: 'parked',
    receiver: 'parked',
    toSend: variant.messages,
    queued: 0,
    written: 0,
    published: 0,
    read: 0,
    released: 0,
    isTurn: false,
    isBlocked: false,
    senderSleeps: true,
    receiverSleeps: true,
  }
}

/** Whether everything has arrived. */
export function isDelivered({ toSend, read }: State, { messages }: Variant): boolean {
  return toSend === 0 && read === messages
}

/** All states that one step of either core leads to; none if both sleep for ever. */
export function nextStates(state: State, variant: Variant): State[] {
  return [...senderSteps(state, variant), ...receiverSteps(state, variant)]
}

function sizeOf(message: number, { sizes }: Variant): number {
  return sizes[message % sizes.length] ?? 1
}

/** Whether the ring has room for the message with this number, the next to be written. */
function hasRoom(message: number, released: number, variant: Variant): boolean {
  let used = 0
  for (let each = released; each <= message; each++) used += sizeOf(each, variant)
  return used <= variant.capacity
}

function canMove({ queued, written, released }: State, variant: Variant): boolean {
  return queued > 0 && hasRoom(written, released, variant)
}

/** Moves what waits into the ring, and publishes all that is there. */
function moveAndPublish(state: State, variant: Variant): State {
  let { queued, written } = state
  while (canMove({ ...state, queued, written }, variant)) {
    queued--
    written++
  }
  return { ...state, queued, written, published: written }
}

/** A callback of the sender's program sends one message; what it does next is the same as in a turn. */
function send(state: State, variant: Variant): State {
  const fits = state.queued === 0 && hasRoom(state.written, state.released, variant)
  return {
    ...state,
    sender: 'publish',
    isTurn: false,
    toSend: state.toSend - 1,
    queued: state.queued + (fits ? 0 : 1),
    written: state.written + (fits ? 1 : 0),
  }
}

/** After a flush a turn comes to its end; after one from a callback the mesh sleeps on, or has been woken. */
function afterFlush(state: State): State {
  if (state.isTurn) return { ...state, sender: 'mark' }
  return { ...state, sender: state.senderSleeps ? 'parked' : 'woken' }
}

function senderSteps(state: State, variant: Variant): State[] {
  switch (state.sender) {
    case 'parked': {
      const sent = state.toSend > 0 ? [send(state, variant)] : []
      return state.senderSleeps ? sent : [...sent, { ...state, sender: 'woken' }]
    }
    case 'woken': {
      const turn: State = { ...state, sender: state.queued > 0 ? 'publish' : 'mark', isTurn: true }
      return state.toSend > 0 ? [turn, send(state, variant)] : [turn]
    }
    case 'publish':
      return [{ ...moveAndPublish(state, variant), sender: 'wake' }]
    case 'wake':
      return [{ ...state, sender: state.receiverSleeps ? 'exchange' : 'block' }]
    case 'exchange':
      return [{ ...state, sender: 'block', receiverSleeps: false }]
    case 'block':
      if (state.queued > 0) return [{ ...state, sender: 'recheck', isBlocked: true }]
      return [afterFlush(state)]
    case 'recheck':
      if (variant.looksAfterBlock && canMove(state, variant))
        return [{ ...state, sender: 'publish' }]
      return [afterFlush(state)]
    case 'mark':
      return [{ ...state, sender: variant.asksBeforeSleep ? 'ask' : 'look', senderSleeps: true }]
    case 'ask':
      return [{ ...state, sender: 'look', isBlocked: state.isBlocked || state.queued > 0 }]
    case 'look':
      if (variant.looksBeforeSleep && canMove(state, variant)) {
        return [{ ...state, sender: 'woken', senderSleeps: false }]
      }
      return [{ ...state, sender: 'wait' }]
    case 'wait':
      return [sleep(state, 'sender', variant)]
    default:
      return state.sender satisfies never
  }
}

function receiverSteps(state: State, variant: Variant): State[] {
  switch (state.receiver) {
    case 'parked':
      return state.receiverSleeps ? [] : [{ ...state, receiver: 'refresh' }]
    case 'refresh':
      if (state.published === state.read) return [{ ...state, receiver: 'mark' }]
      // All there are, or only some: a turn ends when its quota is used up.
      return [state.read + 1, state.published].map((read) => ({
        ...state,
        receiver: 'release',
        read,
      }))
    case 'release':
      return [{ ...state, receiver: 'unblock', released: state.read }]
    case 'unblock':
      return [{ ...state, receiver: state.isBlocked ? 'wake' : 'refresh', isBlocked: false }]
    case 'wake':
      return [{ ...state, receiver: state.senderSleeps ? 'exchange' : 'refresh' }]
    case 'exchange':
      return [{ ...state, receiver: 'refresh', senderSleeps: false }]
    case 'mark':
      return [{ ...state, receiver: 'look', receiverSleeps: true }]
    case 'look':
      if (variant.looksBeforeSleep && state.published !== state.read) {
        return [{ ...state, receiver: 'refresh', receiverSleeps: false }]
      }
      return [{ ...state, receiver: 'wait' }]
    case 'wait':
      return [sleep(state, 'receiver', variant)]
    default:
      return state.receiver satisfies never
  }
}

/** `waitAsync` goes on at once if the flag was cleared; without the comparison that wake-up is lost. */
function sleep(state: State, core: 'sender' | 'receiver', variant: Variant): State {
  const flag = core === 'sender' ? 'senderSleeps' : 'receiverSleeps'
  const isWoken = !state[flag] && variant.comparesBeforeSleep
  if (core === 'sender') return { ...state, sender: isWoken ? 'woken' : 'parked', [flag]: !isWoken }
  return { ...state, receiver: isWoken ? 'refresh' : 'parked', [flag]: !isWoken }
}
