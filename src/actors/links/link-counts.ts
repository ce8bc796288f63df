/** What became of the user messages that were handed to a link. `accepted = sent + queued + refused + dropped`. */
export interface LinkCounts {
  readonly accepted: number
  readonly queued: number
  /** Given to a connection; `sent = acknowledged + lost +` what is on its way. */
  readonly sent: number
  readonly acknowledged: number
  readonly lost: number
  /** Could not be encoded. */
  readonly refused: number
  /** Never given to a connection: the link was lost before. */
  readonly dropped: number
  readonly received: number
}

/**
 * What became of the user messages of one link:
 * `counts.sent = acknowledged + lost + unknown + onTheirWay`, at any moment. Plain data.
 */
export interface LinkAccount {
  /** Who is on the other side, for people. */
  readonly peer: string
  /** The incarnation on the other side. */
  readonly node: string
  /** `broken`: no connection stands, and the other side may come back. `ended`: it is lost for good. */
  readonly state: 'up' | 'broken' | 'ended'
  /** Why it ended. */
  readonly reason: string | undefined
  readonly counts: LinkCounts
  /** Known not to have arrived: the other side has said so when it came back. */
  readonly lost: number
  /** Given to a connection that broke, and nobody has said whether they arrived. */
  readonly unknown: number
  /** Given to a connection that stands, and not acknowledged yet. */
  readonly onTheirWay: number
}

/** A link, as far as its account depends on it. */
interface Accountable {
  readonly peer: { readonly label: string; readonly node: string }
  readonly isAttached: boolean
  readonly lostWith: object | undefined
  /** Of those that count as lost: on their way when the link was given up. */
  readonly unknown: number
  counts(): LinkCounts
}

/** A link's account; what is known to be lost stands apart from what nobody knows of. */
export function accountOf(link: Accountable, reason?: string): LinkAccount {
  const { peer, isAttached, unknown } = link
  const counts = link.counts()
  const open = counts.sent - counts.acknowledged - counts.lost
  return {
    peer: peer.label,
    node: peer.node,
    state: link.lostWith !== undefined ? 'ended' : isAttached ? 'up' : 'broken',
    reason,
    counts,
    lost: counts.lost - unknown,
    unknown: unknown + (isAttached ? 0 : open),
    onTheirWay: isAttached ? open : 0,
  }
}
