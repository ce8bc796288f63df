import type { Address, Timer } from '../../platform/index.ts'
import type { ActorSystem } from '../actor-system.ts'
import { Link, NodeError, formatAddress } from '../links/index.ts'
import type { Lane, LinkHub, Peer, Received } from '../links/index.ts'
import { Association } from './association.ts'
import type { AssociationHost } from './association.ts'
import { Connector } from './connector.ts'
import type { ConnectorHost } from './connector.ts'
import type { Credentials } from './credentials.ts'
import { reasonOf } from './errors.ts'
import type { RefusalCode } from './errors.ts'
import type { FramedConnection } from './framed-connection.ts'
import type { Handshaken, Self } from './handshake.ts'
import type { Hello } from './handshake-words.ts'
import { isWildcard } from './options.ts'
import type { ResolvedNodeOptions } from './options.ts'
import { Quarantine } from './quarantine.ts'
import { RemoteNodes } from './remote-nodes.ts'

/** Nodes known from refs only that may be dialled at the same time; refs of more are refs of nobody. */
const MAX_DIALLED = 256

const NOTHING: Received = { control: 0, messages: 0, bulk: 0 }

/** All associations of one node: whom it is linked to, whom it lets in, whom it refuses. */
export class Associations implements AssociationHost, ConnectorHost {
  readonly options: ResolvedNodeOptions
  readonly remotes: RemoteNodes = new RemoteNodes()
  readonly connector: Connector
  readonly #system: ActorSystem
  readonly #hub: LinkHub
  readonly #credentials: Credentials
  readonly #byNode: Map<string, Association> = new Map()
  readonly #quarantine: Quarantine = new Quarantine()
  /** The bound address, once the node listens. */
  address: Address | undefined
  isClosed = false
  /** A node is linked, for the first time or again. */
  onUp: (association: Association, isNew: boolean) => void = () => undefined

  constructor(
    system: ActorSystem,
    hub: LinkHub,
    options: ResolvedNodeOptions,
    credentials: Credentials,
  ) {
    this.#system = system
    this.#hub = hub
    this.options = options
    this.#credentials = credentials
    this.connector = new Connector(system.environment, this)
    hub.reach = (peer) => this.#reach(peer)
  }

  /** The association with an incarnation, if it is up. */
  up(node: string): Association | undefined {
    const association = this.#byNode.get(node)
    return association?.state === 'up' ? association : undefined
  }

  /** The association with whoever stands at an address, if it is up. */
  upAt(address: Address): Association | undefined {
    const found = this.#at(address)
    return found?.state === 'up' ? found : undefined
  }

  /** Tells all nodes that this one is about to go. */
  sayGoodBye(): void {
    for (const { link } of this.#byNode.values()) link.control('bye')
  }

  close(): void {
    this.isClosed = true
    for (const association of this.#byNode.values()) association.leave()
  }

  now(): number {
    return this.#system.environment.clock.now()
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    return this.#system.environment.clock.setTimer(delayMs, fn, { background: true })
  }

  jitter(): number {
    return this.#system.environment.random.float()
  }

  dial(association: Association, lane: Lane): void {
    const { address } = association.link.peer
    if (address === undefined) return
    const came = (other: Association): void => {
      if (other !== association) association.lose('another incarnation answers at its address')
    }
    this.connector.call(address, lane, this.options.handshakeMs).then(came, (error: unknown) => {
      if (error instanceof NodeError) {
        if (error.code === 'TROUPE_NODE_QUARANTINED') association.lose('it has given us up')
        else if (error.code === 'TROUPE_NODE_DUPLICATE_CONNECTION') association.dialCrossed(lane)
        else association.dialFailed(lane, error.code)
      } else association.dialFailed(lane, reasonOf(error))
    })
  }

  changed(association: Association, reason: string): void {
    const { label } = association.link.peer
    const type =
      association.state === 'unreachable'
        ? 'NodeUnreachable'
        : reason === 'connected'
          ? 'NodeUp'
          : 'NodeReachable'
    this.#publish(type, label, reason)
    if (type === 'NodeUnreachable') return
    this.onUp(association, type === 'NodeUp')
  }

  lost(association: Association, reason: string): void {
    const { node, label } = association.link.peer
    this.#byNode.delete(node)
    this.#quarantine.add(node, reason)
    this.#publish('NodeLost', label, reason)
    this.remotes.lost(association, reason)
  }

  // — HandshakeHost —

  receivedFrom(node: string): Received {
    return this.#byNode.get(node)?.link.received ?? NOTHING
  }

  canHaveReceived(node: string, received: Received): boolean {
    const association = this.#byNode.get(node)
    if (association !== undefined) return association.link.hasSent(received)
    return received.control === 0 && received.messages === 0 && received.bulk === 0
  }

  objection(
    peer: Hello,
    role: 'caller' | 'listener',
  ): { readonly code: RefusalCode; readonly detail: string } | undefined {
    if (this.isClosed) return { code: 'TROUPE_NODE_STOPPED', detail: this.#system.name }
    const reason = this.#quarantine.reason(peer.node)
    if (reason !== undefined) return { code: 'TROUPE_NODE_QUARANTINED', detail: reason }
    const { lane } = peer
    const association = this.#byNode.get(peer.node)
    if (association === undefined) {
      return lane === 'bulk'
        ? { code: 'TROUPE_NODE_HANDSHAKE', detail: 'a bulk connection before the other' }
        : undefined
    }
    if (role === 'caller') {
      return association.isAttached(lane)
        ? { code: 'TROUPE_NODE_DUPLICATE_CONNECTION', detail: peer.node }
        : undefined
    }
    const isOurTurn = this.#hub.node < peer.node
    const isCrossed = association.isDialing(lane) || association.isFresh(lane)
    if (isCrossed && isOurTurn) {
      return { code: 'TROUPE_NODE_DUPLICATE_CONNECTION', detail: this.#hub.node }
    }
    // What the old connection still brings must not be counted after we have said what we received.
    association.drop(lane, 'replaced by a newer connection')
    return undefined
  }

  // — ConnectorHost —

  attach(
    framed: FramedConnection,
    { peer, received, proved }: Handshaken,
    lane: Lane,
    byUs: boolean,
  ): Association | undefined {
    let association = this.#byNode.get(peer.node)
    if (association === undefined && (this.isClosed || lane === 'bulk')) {
      framed.destroy('too late')
      return undefined
    }
    association ??= this.#associate(peer)
    if (byUs && association.isAttached(lane)) {
      framed.destroy('another connection was faster')
      return association
    }
    for (const name of proved) association.link.proven.add(name)
    association.attach(lane, framed, byUs, received)
    return association
  }

  #associate(peer: Pick<Hello, 'node' | 'system' | 'address'>): Association {
    const label =
      peer.address === undefined
        ? `${peer.system}#${peer.node.slice(0, 8)}`
        : `${peer.system}@${formatAddress(peer.address)}`
    const identity: Peer = { node: peer.node, system: peer.system, address: peer.address, label }
    this.#endEarlierIncarnations(identity)
    const link = new Link(this.#hub, identity, this.options.limits, false)
    const association = new Association(this, link)
    this.#byNode.set(peer.node, association)
    return association
  }

  /** An address has one node at a time: whoever was there before is gone. */
  #endEarlierIncarnations(peer: Peer): void {
    if (peer.address === undefined) return
    this.#at(peer.address)?.lose('another incarnation has taken its address')
  }

  /** The link to a node that a ref has named. */
  #reach(peer: Omit<Peer, 'label'>): Link | undefined {
    const known = this.#byNode.get(peer.node)
    if (known !== undefined) return known.link
    if (this.isClosed || this.#quarantine.reason(peer.node) !== undefined) return undefined
    // When another incarnation stands at that address, the ref is of an earlier one.
    if (peer.address !== undefined && this.#at(peer.address) !== undefined) return undefined
    if (!this.#hasRoomForStrangers()) return undefined
    const association = this.#associate(peer)
    association.dial()
    return association.link
  }

  /** Refs may name any number of nodes that do not exist: only so many are dialled at a time. */
  #hasRoomForStrangers(): boolean {
    let dialled = 0
    for (const { state } of this.#byNode.values()) if (state === 'connecting') dialled++
    return dialled < MAX_DIALLED
  }

  #at(address: Address): Association | undefined {
    const place = formatAddress(address)
    for (const association of this.#byNode.values()) {
      const known = association.link.peer.address
      if (known !== undefined && formatAddress(known) === place) return association
    }
    return undefined
  }

  self(framed: FramedConnection): Self {
    const { address } = this
    return {
      system: this.#system.name,
      node: this.#hub.node,
      address:
        address !== undefined && isWildcard(address.host)
          ? { host: framed.localHost, port: address.port }
          : address,
      credentials: this.#credentials,
    }
  }

  #publish(
    type: 'NodeUp' | 'NodeUnreachable' | 'NodeReachable' | 'NodeLost',
    node: string,
    reason: string,
  ): void {
    this.#system.eventStream.publish({ type, node, reason })
  }
}
