import type { Address } from '../../platform/index.ts'
import type { ActorRef } from '../actor-ref.ts'
import type { Placement, RemoteTarget } from '../placement.ts'
import { NodeError } from '../links/index.ts'
import type { Link, LinkCounts } from '../links/index.ts'
import type { Association, AssociationState } from './association.ts'

/**
 * One incarnation of another node. As a {@link Placement} it starts children there: behaviors that were
 * registered on that node, by their names.
 */
export class RemoteNode implements Placement {
  readonly #association: Association
  /** Resolves, never rejects, when the node is lost for good; with the reason. */
  readonly whenLost: Promise<string>

  constructor(association: Association, whenLost: Promise<string>) {
    this.#association = association
    this.whenLost = whenLost
  }

  /** @internal */
  get link(): Link {
    return this.#association.link
  }

  /** @internal */
  get target(): RemoteTarget {
    return this.link.children
  }

  /** The incarnation. */
  get node(): string {
    return this.link.peer.node
  }

  get system(): string {
    return this.link.peer.system
  }

  /** Where it listens; undefined if it does not. */
  get address(): Address | undefined {
    return this.link.peer.address
  }

  get state(): AssociationState {
    return this.#association.state
  }

  get description(): string {
    return `node ${this.link.peer.label}`
  }

  /**
   * The ref of the actor at `path` there, such as `/user/master`.
   * @throws TROUPE_NODE_NO_SUCH_ACTOR, TROUPE_NODE_LOST
   */
  async resolve<M>(path: string): Promise<ActorRef<M>> {
    const ref = await this.link.questions.resolve(path)
    if (ref === undefined) {
      throw new NodeError(
        'TROUPE_NODE_NO_SUCH_ACTOR',
        `there is no actor ${path} on ${this.link.peer.label}: check the path, or ask again once it has started`,
        { data: { path, node: this.link.peer.label } },
      )
    }
    return ref as ActorRef<M>
  }

  /** Whether that node has proved, in the handshake, to know the token that both sides call `name`. */
  hasProved(name: string): boolean {
    return this.link.proven.has(name)
  }

  /** What became of the user messages to it. */
  counts(): LinkCounts {
    return this.link.counts()
  }

  /** Ends the link in good order; the node is lost on both sides. */
  leave(): void {
    this.#association.leave()
  }
}
