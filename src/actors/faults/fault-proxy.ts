import type { Address, Connection, Environment, Listener } from '../../platform/index.ts'
import { ShapedNetwork } from './shaped-network.ts'

/** A link may stay cut for as long as a test takes. */
const PATIENCE_MS = 2 ** 31 - 1

export interface FaultProxyOptions {
  /** What faults call the side that dials, and the one it leads to. */
  readonly from: string
  readonly to: string
  /** Where connections lead; `forward` can say it later, until then they break. */
  readonly target?: Address
  /** Where it listens; 127.0.0.1 and any free port by default. */
  readonly listen?: Address
}

/**
 * A TCP proxy to dial in place of a real address, so that faults can cut, slow or break what is between any two
 * programs, whatever they speak: also a process of its own, or a database. As with Toxiproxy, a connection to a
 * cut link is taken by the proxy and gets no answer.
 */
export class FaultProxy {
  readonly from: string
  readonly to: string
  readonly address: Address
  /** @internal */
  readonly network: ShapedNetwork
  readonly #listener: Listener
  readonly #dialled: Set<Connection>
  #target: Address | undefined

  private constructor(
    options: FaultProxyOptions,
    network: ShapedNetwork,
    listener: Listener,
    dialled: Set<Connection>,
  ) {
    this.from = options.from
    this.to = options.to
    this.address = listener.address
    this.network = network
    this.#listener = listener
    this.#dialled = dialled
    this.#target = options.target
  }

  /** @internal Use {@link faultProxy}. */
  static async open(environment: Environment, options: FaultProxyOptions): Promise<FaultProxy> {
    const { clock, random } = environment
    const network = new ShapedNetwork(options.from, environment.network, clock, random)
    network.nameNodes(() => options.to)
    const dialled = new Set<Connection>()
    const listener = await environment.network.listen(
      options.listen ?? { host: '127.0.0.1', port: 0 },
      (connection) => {
        dialled.add(connection)
        void proxy.#serve(connection)
      },
    )
    const proxy: FaultProxy = new FaultProxy(options, network, listener, dialled)
    return proxy
  }

  /** Connections lead there from now on; those that stand go on as they are. */
  forward(target: Address): void {
    this.#target = target
  }

  /** Ends all connections and takes no more. */
  async close(): Promise<void> {
    await this.#listener.close()
    for (const connection of [...this.#dialled]) connection.destroy()
    for (const connection of this.network.between('*', '*')) connection.abort()
  }

  async #serve(near: Connection): Promise<void> {
    const early: Uint8Array[] = []
    let far: Connection | undefined
    let isNearClosed = false
    near.handle({
      data: (bytes) => {
        if (far === undefined) early.push(bytes)
        else if (!far.write(bytes)) near.pause()
      },
      drain: () => far?.resume(),
      closed: (error) => {
        isNearClosed = true
        this.#dialled.delete(near)
        if (error === undefined) far?.end()
        else far?.abort()
      },
    })
    const target = this.#target
    if (target === undefined) return near.abort()
    try {
      far = await this.network.connect(target, { timeoutMs: PATIENCE_MS })
    } catch {
      // As a port where nobody listens: the dialling side sees its connection break.
      near.abort()
      return
    }
    for (const bytes of early) far.write(bytes)
    far.handle({
      data: (bytes) => {
        if (!near.write(bytes)) far?.pause()
      },
      drain: () => near.resume(),
      closed: (error) => {
        if (error === undefined) near.end()
        else near.abort()
      },
    })
    if (isNearClosed) far.end()
  }
}

/**
 * Starts a proxy on real sockets (or those of a simulated node's environment).
 * @throws TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED
 */
export function faultProxy(
  environment: Environment,
  options: FaultProxyOptions,
): Promise<FaultProxy> {
  return FaultProxy.open(environment, options)
}
