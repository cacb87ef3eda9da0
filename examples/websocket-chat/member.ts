/** Somebody with a socket of this reactor. */
export interface Visitor {
  readonly name: string
  readonly session: string
  /** Another one has the name, and had it first. */
  giveUpName(): void
}

/** Somebody in a room, on whichever reactor. */
export interface Member {
  readonly id: string
  readonly name: string
  /** The browser's; never sent to another one. */
  readonly session: string
  readonly sinceNs: number
}

/** @returns who else uses the name of `member`; the same browser may have it in several tabs */
export function otherOf(member: Member, members: Iterable<Member>): Member | undefined {
  const name = foldName(member.name)
  for (const other of members) {
    if (other.session !== member.session && foldName(other.name) === name) return other
  }
  return undefined
}

/** @returns whether `first` keeps a name that both have; all reactors come to the same answer */
export function winsOver(first: Member, second: Member): boolean {
  if (first.sinceNs !== second.sinceNs) return first.sinceNs < second.sinceNs
  return first.id < second.id
}

/** `Ann` and `ANN` are the same to people. */
function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}
