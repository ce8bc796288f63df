import type { BehaviorOrigin } from '../behavior.ts'
import type { Cell } from '../cell.ts'
import { PlacementNote, placementPoint } from '../explain/index.ts'
import { NearChild } from '../links/index.ts'
import type { Link } from '../links/index.ts'
import type { Placement, RemoteTarget } from '../placement.ts'
import type { RemoteBody } from '../remote-seam.ts'
import type { RemoteNode } from './remote-node.ts'

export interface SpreadOptions {
  /** Which nodes may be taken; all by default. */
  readonly accepts?: (node: RemoteNode) => boolean
}

/**
 * All linked nodes as one place: a child goes to the reachable node with the fewest children, waits while there is
 * none, and is started on another one when its parent restarts it after a loss.
 */
export class NodeSpread implements Placement {
  readonly description: string = 'any node'
  /** @internal */
  readonly target: RemoteTarget
  readonly #nodes: () => readonly RemoteNode[]
  readonly #accepts: (node: RemoteNode) => boolean
  #waiting: (() => void)[] = []
  #turn = 0
  #isOver = false

  constructor(nodes: () => readonly RemoteNode[], options: SpreadOptions) {
    this.#nodes = nodes
    this.#accepts = options.accepts ?? (() => true)
    this.target = { start: (cell, origin) => this.#start(cell, origin) }
  }

  /** A node has come up, or none will any more: whoever waits tries again. */
  changed(isOver: boolean): void {
    this.#isOver = isOver
    const waiting = this.#waiting
    this.#waiting = []
    for (const again of waiting) again()
  }

  #start(cell: Cell, origin: BehaviorOrigin): RemoteBody {
    return new NearChild(cell, origin, (again) => this.#pick(cell, again))
  }

  #pick(cell: Cell, again: () => void): Link | 'later' | undefined {
    if (this.#isOver) return undefined
    const nodes = this.#nodes().filter(
      (node) => node.state === 'up' && !node.link.hasLeft && this.#accepts(node),
    )
    this.#turn++
    let best: Link | undefined
    for (let i = 0; i < nodes.length; i++) {
      const link = nodes[(this.#turn + i) % nodes.length]?.link
      if (link === undefined) continue
      if (best === undefined || link.children.load < best.children.load) best = link
    }
    this.#explain(cell, best)
    if (best !== undefined) return best
    this.#waiting.push(again)
    return 'later'
  }

  #explain(cell: Cell, chosen: Link | undefined): void {
    const { decisions } = cell.system
    if (!decisions.isOn) return
    const candidates = this.#nodes().map((node) => ({
      label: node.link.peer.label,
      load: node.link.children.load,
      unfit: this.#whyUnfit(node),
    }))
    const label = chosen?.peer.label
    const rule = 'it has the fewest children of those that can be reached'
    const note = new PlacementNote(cell.path, this.description, rule, label, candidates)
    decisions.noteLazily(placementPoint, note)
  }

  #whyUnfit(node: RemoteNode): string | undefined {
    if (node.state !== 'up') return `not to be reached (${node.state})`
    if (node.link.hasLeft) return 'leaving'
    return this.#accepts(node) ? undefined : 'not accepted by the placement'
  }
}
