import type { Association } from './association.ts'
import { RemoteNode } from './remote-node.ts'

interface Known {
  readonly node: RemoteNode
  readonly lost: (reason: string) => void
}

/** What users see of associations: one {@link RemoteNode} for each that has come up. */
export class RemoteNodes {
  readonly #known: Map<Association, Known> = new Map()

  get all(): readonly RemoteNode[] {
    return [...this.#known.values()].map(({ node }) => node)
  }

  of(association: Association): RemoteNode {
    let known = this.#known.get(association)
    if (known === undefined) {
      let lost: (reason: string) => void = () => undefined
      const whenLost = new Promise<string>((resolve) => (lost = resolve))
      known = { node: new RemoteNode(association, whenLost), lost }
      this.#known.set(association, known)
    }
    return known.node
  }

  lost(association: Association, reason: string): void {
    const known = this.#known.get(association)
    this.#known.delete(association)
    known?.lost(reason)
  }
}
