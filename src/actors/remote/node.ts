import type { Address, Listener } from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import type { ActorSystem } from '../actor-system.ts'
import { NodeError, formatAddress, hubOf } from '../links/index.ts'
import type { LinkHub } from '../links/index.ts'
import type { Placement } from '../placement.ts'
import type { NodeSeam } from '../system-core.ts'
import { parseAddress } from './address.ts'
import { Associations } from './associations.ts'
import { Credentials } from './credentials.ts'
import { reasonOf, refusedError } from './errors.ts'
import { NodeSpread } from './node-placement.ts'
import type { SpreadOptions } from './node-placement.ts'
import { resolveNodeOptions } from './options.ts'
import type { NodeOptions, ResolvedNodeOptions } from './options.ts'
import type { RemoteNode } from './remote-node.ts'

export interface JoinOptions {
  /** How long to try, in ms; 10,000 by default. A node that refuses us ends the try at once. */
  readonly timeoutMs?: number
}

const JOIN_TIMEOUT_MS = 10_000
const JOIN_RETRY_MS = 200
/** For the runtime's own questions to nodes that may be gone. */
const SEAM_TIMEOUT_MS = 2_000

/** This system as a node that others can join. Made by {@link startNode}. */
export class TroupeNode {
  readonly #system: ActorSystem
  readonly #hub: LinkHub
  readonly #options: ResolvedNodeOptions
  readonly #credentials: Credentials
  readonly #associations: Associations
  readonly #spreads: Set<NodeSpread> = new Set()
  readonly #onJoined: Set<(node: RemoteNode) => void> = new Set()
  readonly #seam: NodeSeam
  #listener: Listener | undefined
  #isEnding = false

  private constructor(system: ActorSystem, options: ResolvedNodeOptions) {
    this.#system = system
    this.#options = options
    this.#hub = hubOf(system.core)
    this.#credentials = new Credentials(system.environment.crypto, options.secret, options.tokens)
    this.#associations = new Associations(system, this.#hub, options, this.#credentials)
    this.#seam = this.#makeSeam()
    this.#associations.onUp = (association, isNew) => {
      this.#isUp(this.#associations.remotes.of(association), isNew)
    }
  }

  /** @internal Use {@link startNode}. */
  static async start(system: ActorSystem, given: NodeOptions): Promise<TroupeNode> {
    const { core } = system
    if (core.nodes !== undefined) throw startedAlready(system, core.nodes)
    const node = new TroupeNode(system, resolveNodeOptions(given))
    // First of all: a system that is going down takes no task, and must not be left with a listener.
    system.coordinatedShutdown.addTask('service-unbind', 'node', () => node.#unbind())
    core.nodes = node.#seam
    try {
      await node.#listen()
    } catch (error) {
      core.nodes = undefined
      throw error
    }
    void system.whenTerminated.then(() => node.close())
    return node
  }

  /** The system that this is the node of. */
  get system(): ActorSystem {
    return this.#system
  }

  /** This incarnation. */
  get node(): string {
    return this.#hub.node
  }

  /** Where this node listens; undefined if it does not. */
  get address(): Address | undefined {
    const bound = this.#listener?.address
    if (bound === undefined) return undefined
    return { host: this.#options.advertisedHost ?? bound.host, port: bound.port }
  }

  /** The other nodes that are linked to this one. */
  get nodes(): readonly RemoteNode[] {
    return this.#associations.remotes.all
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
    const { clock, random } = this.#system.environment
    const { remotes, connector } = this.#associations
    const endsAt = clock.now() + (options.timeoutMs ?? JOIN_TIMEOUT_MS)
    let met: string | undefined
    for (;;) {
      const known =
        this.#associations.upAt(to) ?? (met === undefined ? undefined : this.#associations.up(met))
      if (known !== undefined) return remotes.of(known)
      try {
        return remotes.of(await connector.call(to, 'messages', Math.max(1, endsAt - clock.now())))
      } catch (error) {
        if (this.#associations.isClosed)
          throw refusedError('TROUPE_NODE_STOPPED', formatAddress(to))
        if (isFinal(error)) throw error
        met = crossedWith(error)
        // The other connection stands already, or comes soon.
        if (met !== undefined && this.#associations.up(met) !== undefined) continue
        const waitMs = JOIN_RETRY_MS * (0.5 + random.float())
        if (clock.now() + waitMs >= endsAt) throw unreachable(to, error)
        await new Promise<void>((resolve) => void clock.setTimer(waitMs, resolve))
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
    if (this.#associations.isClosed) return
    if (this.#system.core.nodes === this.#seam) this.#system.core.nodes = undefined
    for (const spread of this.#spreads) spread.changed(true)
    this.#associations.close()
    await this.#listener?.close()
  }

  async #listen(): Promise<void> {
    const { host, port, listen, tls } = this.#options
    if (!listen) return
    const listener = await this.#system.environment.network.listen(
      { host, port },
      (connection) => {
        this.#associations.connector.called(connection)
      },
      tls === undefined ? {} : { tls },
    )
    if (this.#isEnding) {
      await listener.close()
      throw refusedError('TROUPE_NODE_STOPPED', formatAddress(listener.address))
    }
    this.#listener = listener
    this.#associations.address = this.address
  }

  /** The system goes down: no new links, and no new children from the nodes that are linked. */
  async #unbind(): Promise<void> {
    this.#isEnding = true
    this.#associations.sayGoodBye()
    await this.#listener?.close()
  }

  #makeSeam(): NodeSeam {
    const address = (): string | undefined => this.address && formatAddress(this.address)
    return {
      get here() {
        return address()
      },
      resolve: async <M>(to: string, path: string) => {
        const node = await this.join(to, { timeoutMs: SEAM_TIMEOUT_MS })
        return node.resolve<M>(path)
      },
    }
  }

  #isUp(node: RemoteNode, isNew: boolean): void {
    for (const spread of this.#spreads) spread.changed(false)
    if (!isNew) return
    for (const listener of [...this.#onJoined]) listener(node)
  }
}

/** Whether trying again can't help. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof NodeError &&
    error.code !== 'TROUPE_NODE_DUPLICATE_CONNECTION' &&
    error.code !== 'TROUPE_NODE_UNREACHABLE'
  )
}

/** The incarnation with which another connection stands or is being made. */
function crossedWith(error: unknown): string | undefined {
  if (!(error instanceof NodeError) || error.code !== 'TROUPE_NODE_DUPLICATE_CONNECTION') {
    return undefined
  }
  const { detail } = error.data
  return typeof detail === 'string' ? detail : undefined
}

/**
 * Makes `system` a node: it listens (on 127.0.0.1 and any free port by default) and can join others. The node closes
 * when the system has terminated.
 *
 * @throws TROUPE_NODE_STARTED, TROUPE_NODE_SECRET_REQUIRED, TROUPE_NODE_STOPPED, TROUPE_SHUTDOWN_UNDER_WAY,
 * TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED
 */
export function startNode(system: ActorSystem, options: NodeOptions = {}): Promise<TroupeNode> {
  return TroupeNode.start(system, options)
}

function startedAlready(system: ActorSystem, { here }: NodeSeam): NodeError {
  const place = here === undefined ? '' : ` (${here})`
  return new NodeError(
    'TROUPE_NODE_STARTED',
    `system ${system.name} is a node already${place}: use that one, or close it first`,
    { data: { system: system.name, address: here } },
  )
}

function unreachable(to: Address, cause: unknown): NodeError {
  const place = formatAddress(to)
  return new NodeError(
    'TROUPE_NODE_UNREACHABLE',
    `no node answers at ${place} (${reasonOf(cause)}): start it first, or check the address`,
    { cause, data: { address: place } },
  )
}
