import type { Address } from '../../platform/index.ts'
import { accountOf } from './link-counts.ts'
import type { LinkAccount } from './link-counts.ts'
import type { Cell } from '../cell.ts'
import type { TerminationReason } from '../signals.ts'
import type { SystemCore } from '../system-core.ts'
import { CircleSeeker } from './far-waits.ts'
import { ExportTable } from './export-table.ts'
import type { Link } from './link.ts'
import type { Ending, RemoteRef } from './remote-ref.ts'

/** Who is on the other side of a link. */
export interface Peer {
  /** One incarnation of a system; never used again. */
  readonly node: string
  readonly system: string
  /** Where it listens, if it does. */
  readonly address: Address | undefined
  /** For people: `executors@127.0.0.1:7077`. */
  readonly label: string
}

/** Finds or makes the link to a node that a ref has named. */
export type Reach = (peer: Omit<Peer, 'label'>) => Link | undefined

/** Accounts of ended links that are kept. */
const KEPT_ENDED = 16

/** What the links of one system share. */
export class LinkHub {
  readonly core: SystemCore
  /** This incarnation of the system, as all that link to it call it; a thread is given its name. */
  node: string
  readonly exports: ExportTable
  readonly links: Set<Link> = new Set()
  readonly circles: CircleSeeker
  /** The link whose frame is being delivered. */
  receiving: Link | undefined
  /** Set by what can dial. */
  reach: Reach = (peer) => this.linkTo(peer.node)

  /** The last links that ended. */
  #ended: readonly LinkAccount[] = []

  constructor(core: SystemCore) {
    this.core = core
    core.links = {
      arrivingFrom: () => this.receiving?.peer.label,
      accounts: () => [...[...this.links].map((link) => accountOf(link)), ...this.#ended],
    }
    this.node = core.random.id()
    this.exports = new ExportTable(this)
    this.circles = new CircleSeeker(this)
    core.far = this.circles
    core.onExportedGone = (cell, reason) => {
      this.#cellGone(cell, reason)
    }
  }

  /** A link has ended; its account is kept for a while. */
  ended(link: Link, reason: string): void {
    this.#ended = [...this.#ended.slice(-(KEPT_ENDED - 1)), accountOf(link, reason)]
  }

  linkTo(node: string): Link | undefined {
    for (const link of this.links) if (link.peer.node === node) return link
    return undefined
  }

  #cellGone(cell: Cell, reason: TerminationReason): void {
    const error = reason === 'failed' ? cell.extension?.failure : undefined
    for (const number of this.exports.cellGone(cell)) this.#tellGone(number, { reason, error })
  }

  /** A ref of one link has ended; whoever got it from us by proxy is told. */
  refEnded(ref: RemoteRef, ending: Ending): void {
    const number = this.exports.proxyGone(ref)
    if (number !== undefined) this.#tellGone(number, ending)
  }

  #tellGone(number: number, { reason, error }: Ending): void {
    for (const link of this.links) {
      link.flows.endIn(number)
      if (link.knows.delete(number)) link.control('gone', number, reason, error)
    }
  }
}

const hubs: WeakMap<SystemCore, LinkHub> = new WeakMap()

/** The hub of a system; made at the first link. */
export function hubOf(core: SystemCore): LinkHub {
  let hub = hubs.get(core)
  if (hub === undefined) {
    hub = new LinkHub(core)
    hubs.set(core, hub)
  }
  return hub
}

/** The hub of a system that has had a link; undefined otherwise. */
export function knownHubOf(core: SystemCore): LinkHub | undefined {
  return hubs.get(core)
}
