import { PlatformError } from '../../platform/index.ts'
import type { Address, Listener, Timer } from '../../platform/index.ts'
import type { ActorSystem } from '../actor-system.ts'
import type { AnyRef } from '../actor-ref.ts'
import type { Placement } from '../placement.ts'
import { Link, NodeError, hubOf } from '../links/index.ts'
import type { Lane, LinkHub, Peer, Received } from '../links/index.ts'
import { Association } from './association.ts'
import type { AssociationHost } from './association.ts'
import { Connector } from './connector.ts'
import type { ConnectorHost } from './connector.ts'
import { Credentials } from './credentials.ts'
import { refusedError } from './errors.ts'
import type { RefusalCode } from './errors.ts'
import type { FramedConnection } from './framed-connection.ts'
import type { Handshaken, Self } from './handshake.ts'
import type { Hello } from './handshake-words.ts'
import { formatAddress, parseAddress } from './address.ts'
import { isWildcard, resolveNodeOptions } from './options.ts'
import type { NodeOptions, ResolvedNodeOptions } from './options.ts'
import { NodeSpread } from './node-placement.ts'
import type { SpreadOptions } from './node-placement.ts'
import { Quarantine } from './quarantine.ts'
import type { RemoteNode } from './remote-node.ts'
import { RemoteNodes } from './remote-nodes.ts'

export interface JoinOptions {
  /** How long to try, in ms; 10,000 by default. A node that refuses us ends the try at once. */
  readonly timeoutMs?: number
}

const NOTHING: Received = { control: 0, messages: 0, bulk: 0 }
const JOIN_TIMEOUT_MS = 10_000
const JOIN_RETRY_MS = 200

/** This system as a node that others can join. Made by {@link startNode}. */
export class TroupeNode implements AssociationHost, ConnectorHost {
  readonly options: ResolvedNodeOptions
  readonly #system: ActorSystem
  readonly #hub: LinkHub
  readonly #credentials: Credentials
  readonly #connector: Connector
  readonly #associations: Map<string, Association> = new Map()
  readonly #remotes: RemoteNodes = new RemoteNodes()
  readonly #quarantine: Quarantine = new Quarantine()
  readonly #spreads: Set<NodeSpread> = new Set()
  readonly #onJoined: Set<(node: RemoteNode) => void> = new Set()
  #listener: Listener | undefined
  isClosed = false

  private constructor(system: ActorSystem, options: ResolvedNodeOptions) {
    this.#system = system
    this.options = options
    this.#hub = hubOf(system.core)
    this.#credentials = new Credentials(system.environment.crypto, options.secret, options.tokens)
    this.#connector = new Connector(system.environment, this)
    this.#hub.reach = (peer) => this.#reach(peer)
  }

  /** @internal Use {@link startNode}. */
  static async start(system: ActorSystem, given: NodeOptions): Promise<TroupeNode> {
    const node = new TroupeNode(system, resolveNodeOptions(given))
    const { host, port, listen, tls } = node.options
    if (listen) {
      node.#listener = await system.environment.network.listen(
        { host, port },
        (connection) => {
          node.#connector.called(connection)
        },
        tls === undefined ? {} : { tls },
      )
    }
    system.coordinatedShutdown.addTask('service-unbind', 'node', () => node.#unbind())
    void system.whenTerminated.then(() => node.close())
    return node
  }

  /** This incarnation. */
  get node(): string {
    return this.#hub.node
  }

  /** Where this node listens; undefined if it does not. */
  get address(): Address | undefined {
    const bound = this.#listener?.address
    if (bound === undefined) return undefined
    return { host: this.options.advertisedHost ?? bound.host, port: bound.port }
  }

  /** The other nodes that are linked to this one. */
  get nodes(): readonly RemoteNode[] {
    return this.#remotes.all
  }

  /** Calls `listener` for every node that is linked from now on, whoever joined whom; returns the way to stop that. */
  onJoined(listener: (node: RemoteNode) => void): () => void {
    this.#onJoined.add(listener)
    return () => this.#onJoined.delete(listener)
  }

  /**
   * Links this node to the one that listens at `address` (`host:port`).
   *
   * @throws TROUPE_NODE_ADDRESS_ILLEGAL, TROUPE_NODE_UNREACHABLE, TROUPE_NODE_WRONG_SECRET,
   * TROUPE_NODE_PROTOCOL_VERSION, TROUPE_NODE_QUARANTINED, TROUPE_NODE_HANDSHAKE, TROUPE_NODE_ITSELF,
   * TROUPE_NODE_STOPPED
   */
  async join(address: string | Address, options: JoinOptions = {}): Promise<RemoteNode> {
    const to = typeof address === 'string' ? parseAddress(address) : address
    const { clock } = this.#system.environment
    const endsAt = clock.now() + (options.timeoutMs ?? JOIN_TIMEOUT_MS)
    for (;;) {
      const known = this.#standing(to)
      if (known !== undefined) return known
      try {
        const left = Math.max(1, endsAt - clock.now())
        return this.#remotes.of(await this.#connector.call(to, 'messages', left))
      } catch (error) {
        const wait = JOIN_RETRY_MS * (0.5 + this.jitter())
        const isRefusal =
          error instanceof NodeError && error.code !== 'TROUPE_NODE_DUPLICATE_CONNECTION'
        if (this.isClosed) throw refusedError('TROUPE_NODE_STOPPED', formatAddress(to))
        if (isRefusal) throw error
        if (clock.now() + wait >= endsAt) throw unreachable(to, error)
        await new Promise<void>((resolve) => void clock.setTimer(wait, resolve))
      }
    }
  }

  /** All nodes that are linked, or will be, as one place for children. */
  spread(options: SpreadOptions = {}): Placement {
    const spread = new NodeSpread(() => this.nodes, options)
    this.#spreads.add(spread)
    return spread
  }

  /** Adds a token that links made from now on can prove. */
  addToken(name: string, token: string): void {
    this.#credentials.addToken(name, token)
  }

  dropToken(name: string): void {
    this.#credentials.dropToken(name)
  }

  /**
   * Lets an actor of this system take remote messages only from nodes that have proved to know the token `name`. What
   * others send becomes a dead letter with the reason `not-proved`. For actors that run code they are sent.
   *
   * @throws TROUPE_ACTOR_NOT_LOCAL
   */
  guard(ref: AnyRef, name: string): void {
    this.#hub.exports.guard(ref, name)
  }

  /** The node on whose link a ref or a message travels; undefined for a local ref. */
  nodeOf(ref: object): RemoteNode | undefined {
    const link = (ref as { link?: unknown }).link
    return this.nodes.find((node) => node.link === link)
  }

  /** Stops listening and leaves all nodes. */
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    for (const spread of this.#spreads) spread.changed(true)
    for (const association of this.#associations.values()) association.leave()
    await this.#listener?.close()
  }

  /** The system goes down: no new links, and no new children from the nodes that are linked. */
  async #unbind(): Promise<void> {
    for (const { link } of this.#associations.values()) link.control('bye')
    await this.#listener?.close()
  }

  // — AssociationHost —

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
    this.#connector.call(address, lane, this.options.handshakeMs).then(came, (error: unknown) => {
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
    const remote = this.#remotes.of(association)
    for (const spread of this.#spreads) spread.changed(false)
    if (type !== 'NodeUp') return
    for (const listener of [...this.#onJoined]) listener(remote)
  }

  lost(association: Association, reason: string): void {
    const { node, label } = association.link.peer
    this.#associations.delete(node)
    this.#quarantine.add(node, reason)
    this.#publish('NodeLost', label, reason)
    this.#remotes.lost(association, reason)
  }

  // — HandshakeHost —

  receivedFrom(node: string): Received {
    return this.#associations.get(node)?.link.received ?? NOTHING
  }

  objection(
    peer: Hello,
    role: 'caller' | 'listener',
  ): { readonly code: RefusalCode; readonly detail: string } | undefined {
    if (this.isClosed) return { code: 'TROUPE_NODE_STOPPED', detail: this.#system.name }
    const reason = this.#quarantine.reason(peer.node)
    if (reason !== undefined) return { code: 'TROUPE_NODE_QUARANTINED', detail: reason }
    const { lane } = peer
    const association = this.#associations.get(peer.node)
    if (association === undefined) {
      return lane === 'bulk'
        ? { code: 'TROUPE_NODE_HANDSHAKE', detail: 'a bulk connection before the other' }
        : undefined
    }
    if (role === 'caller') {
      return association.isAttached(lane)
        ? { code: 'TROUPE_NODE_DUPLICATE_CONNECTION', detail: 'as caller' }
        : undefined
    }
    const isOurTurn = this.node < peer.node
    const isCrossed = association.isDialing(lane) || association.isFresh(lane)
    if (isCrossed && isOurTurn) {
      return { code: 'TROUPE_NODE_DUPLICATE_CONNECTION', detail: 'another one crossed it' }
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
    let association = this.#associations.get(peer.node)
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
    this.#associations.set(peer.node, association)
    return association
  }

  /** An address has one node at a time: whoever was there before is gone. */
  #endEarlierIncarnations(peer: Peer): void {
    if (peer.address === undefined) return
    const place = formatAddress(peer.address)
    for (const association of [...this.#associations.values()]) {
      const { address } = association.link.peer
      if (address !== undefined && formatAddress(address) === place) {
        association.lose('another incarnation has taken its address')
      }
    }
  }

  /** The link to a node that a ref has named. */
  #reach(peer: Omit<Peer, 'label'>): Link | undefined {
    const known = this.#associations.get(peer.node)
    if (known !== undefined) return known.link
    if (this.isClosed || this.#quarantine.reason(peer.node) !== undefined) return undefined
    const place = peer.address === undefined ? undefined : formatAddress(peer.address)
    for (const { link } of this.#associations.values()) {
      // Another incarnation stands at that address: the ref is of an earlier one.
      const { address } = link.peer
      if (address !== undefined && formatAddress(address) === place) return undefined
    }
    const association = this.#associate(peer)
    association.dial()
    return association.link
  }

  #standing(address: Address): RemoteNode | undefined {
    const place = formatAddress(address)
    for (const association of this.#associations.values()) {
      const known = association.link.peer.address
      if (known !== undefined && formatAddress(known) === place && association.state === 'up') {
        return this.#remotes.of(association)
      }
    }
    return undefined
  }

  self(framed: FramedConnection): Self {
    const { address } = this
    return {
      system: this.#system.name,
      node: this.node,
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

/**
 * Makes `system` a node: it listens (on 127.0.0.1 and any free port by default) and can join others. The node closes
 * when the system has terminated.
 *
 * @throws TROUPE_NODE_SECRET_REQUIRED, TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED
 */
export function startNode(system: ActorSystem, options: NodeOptions = {}): Promise<TroupeNode> {
  return TroupeNode.start(system, options)
}

function unreachable(to: Address, cause: unknown): NodeError {
  const place = formatAddress(to)
  return new NodeError(
    'TROUPE_NODE_UNREACHABLE',
    `no node answers at ${place} (${reasonOf(cause)}): start it first, or check the address`,
    { cause, data: { address: place } },
  )
}

function reasonOf(error: unknown): string {
  if (error instanceof PlatformError) {
    const { reason } = error.data
    if (typeof reason === 'string') return reason
  }
  return error instanceof Error ? error.message : String(error)
}
