import { connectFailed } from '../../platform/index.ts'
import type { Address, Clock, Connection, Network, Random } from '../../platform/index.ts'
import { LinkRules } from './link-rules.ts'
import { ShapedConnection } from './shaped-connection.ts'

const CONNECT_TIMEOUT_MS = 10_000

/** Tells which node stands at an address, as faults call it. */
export type NameOf = (address: Address) => string | undefined

/**
 * A network whose connections out go through {@link ShapedConnection}s. Which node an address belongs to is known
 * for those that listen through another one of these, or is told by `nameNodes`; else a node is called
 * by its address, `host:port`.
 */
export class ShapedNetwork {
  readonly rules: LinkRules = new LinkRules()
  /** What faults call the node whose network this is. */
  name: string
  readonly #open: Set<ShapedConnection> = new Set()
  readonly #inner: Network
  readonly #clock: Clock
  readonly #random: Random
  readonly #bound: Set<string> = new Set()
  #nameOf: NameOf = () => undefined

  constructor(name: string, inner: Network, clock: Clock, random: Random) {
    this.name = name
    this.#inner = inner
    this.#clock = clock
    this.#random = random
  }

  /** Open connections from `a` to `b`, whoever has dialled; `*` fits every node. */
  between(a: string, b: string): readonly ShapedConnection[] {
    const is = (name: string, pattern: string): boolean => pattern === '*' || pattern === name
    return [...this.#open].filter(
      ({ from, to, isOpen }) =>
        isOpen && ((is(from, a) && is(to, b)) || (is(from, b) && is(to, a))),
    )
  }

  /** Whether this node listens at an address. */
  listensAt(address: Address): boolean {
    return this.#bound.has(placeOf(address))
  }

  nameNodes(nameOf: NameOf): void {
    this.#nameOf = nameOf
  }

  get network(): Network {
    return {
      listen: async (address, onConnection, options) => {
        const listener = await this.#inner.listen(address, onConnection, options)
        this.#bound.add(placeOf(listener.address))
        return listener
      },
      connect: (address, options) => this.connect(address, options),
    }
  }

  async connect(
    address: Address,
    options: Parameters<Network['connect']>[1] = {},
  ): Promise<Connection> {
    const to = (): string => this.#nameOf(address) ?? placeOf(address)
    const timeoutMs = options.timeoutMs ?? CONNECT_TIMEOUT_MS
    const startMs = this.#clock.now()
    await this.#passage(address, to, timeoutMs)
    const left = Math.max(1, timeoutMs - (this.#clock.now() - startMs))
    const inner = await this.#inner.connect(address, { ...options, timeoutMs: left })
    const connection = new ShapedConnection({
      inner,
      rules: this.rules,
      from: () => this.name,
      to,
      clock: this.#clock,
      random: this.#random,
      remote: address,
      onGone: (gone) => this.#open.delete(gone),
    })
    this.#open.add(connection)
    return connection
  }

  /** Resolves when the three packets of a handshake can pass. */
  #passage(address: Address, to: () => string, timeoutMs: number): Promise<void> {
    const isShut = (): boolean =>
      this.rules.isCut(this.name, to()) || this.rules.isCut(to(), this.name)
    if (!isShut()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const stop = this.rules.onEnded(() => {
        if (isShut()) return
        timer.cancel()
        stop()
        resolve()
      })
      const timer = this.#clock.setTimer(timeoutMs, () => {
        stop()
        reject(connectFailed(address, 'no answer', { afterMs: timeoutMs }))
      })
    })
  }
}

function placeOf({ host, port }: Address): string {
  const name = host === 'localhost' || host === '::1' ? '127.0.0.1' : host
  return `${name}:${port}`
}
