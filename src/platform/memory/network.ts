import { addressInUse, connectFailed } from '../errors.ts'
import type { Address, Connection, Listener, Network, TlsOptions } from '../network.ts'
import type { Random } from '../random.ts'
import { MemoryConnection } from './connection.ts'
import type { Wire } from './connection.ts'
import type { MemoryNode } from './memory-node.ts'
import type { VirtualClock } from './virtual-clock.ts'

const CONNECT_TIMEOUT_MS = 10_000
const RETRY_MS = 1000
const FIRST_FREE_PORT = 40_000
const EVERY_HOST: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1'])

/** How long bytes take; drawn anew for each parcel, which never overtakes an earlier one. */
export type Delay = number | { readonly minMs: number; readonly maxMs: number }

export function drawDelay(delay: Delay, random: Random): number {
  if (typeof delay === 'number') return delay
  return delay.minMs + random.float() * (delay.maxMs - delay.minMs)
}

/** Whether writes arrive as they were made, or cut at random places as TCP may cut them. */
export type Segments = 'as-written' | 'random'

interface MemoryListener {
  readonly node: MemoryNode
  readonly address: Address
  readonly tls: TlsOptions | undefined
  readonly onConnection: (connection: Connection) => void
}

/** The network that all nodes of a simulated world share, with its faults. Nodes are named. */
export class MemoryNetwork {
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #listeners: Map<number, MemoryListener[]> = new Map()
  readonly #open: Set<MemoryConnection> = new Set()
  readonly #cuts: Set<string> = new Set()
  readonly #refusing: Set<string> = new Set()
  readonly #delays: Map<string, Delay> = new Map()
  /** Link → bytes a millisecond that it takes. */
  readonly #rates: Map<string, number> = new Map()
  /** Parcels that wait for a cut to heal, in order of sending. */
  #waiting: { readonly link: string; readonly send: () => void }[] = []
  #delay: Delay = 0
  #segments: Segments = 'as-written'
  #nextPort = FIRST_FREE_PORT

  readonly #onSent: ((from: string, to: string, bytes: Uint8Array) => void) | undefined

  constructor(
    clock: VirtualClock,
    random: Random,
    onSent?: (from: string, to: string, bytes: Uint8Array) => void,
  ) {
    this.#clock = clock
    this.#random = random
    this.#onSent = onSent
  }

  /** How long parcels take between all nodes (0 by default), or from one node to another. */
  setDelay(delay: Delay, from?: string, to?: string): void {
    if (from === undefined || to === undefined) this.#delay = delay
    else this.#delays.set(linkOf(from, to), delay)
  }

  /** From one node to another, parcels take again as long as between all nodes. */
  clearDelay(from: string, to: string): void {
    this.#delays.delete(linkOf(from, to))
  }

  /**
   * A slow link: what `from` sends to `to` takes its length divided by `bytesPerMs` longer, and waits until what
   * was sent before has passed. Undefined takes that back.
   */
  setRate(from: string, to: string, bytesPerMs: number | undefined): void {
    if (bytesPerMs === undefined) this.#rates.delete(linkOf(from, to))
    else this.#rates.set(linkOf(from, to), bytesPerMs)
  }

  /** How bytes are cut on their way; `as-written` by default. */
  setSegments(segments: Segments): void {
    this.#segments = segments
  }

  /**
   * A partition, as TCP sees it: connections stay open, bytes wait and flow on once it is healed,
   * new connections run into their time-out. With `oneWay` only what `a` sends to `b` is held.
   */
  cut(a: string, b: string, options: { readonly oneWay?: boolean } = {}): void {
    this.#cuts.add(linkOf(a, b))
    if (options.oneWay !== true) this.#cuts.add(linkOf(b, a))
  }

  /**
   * Ends the partition between `a` and `b`, or all of them; what waited is sent now. With `oneWay` only from `a` to
   * `b`.
   */
  heal(a?: string, b?: string, options: { readonly oneWay?: boolean } = {}): void {
    if (a === undefined || b === undefined) this.#cuts.clear()
    else {
      this.#cuts.delete(linkOf(a, b))
      if (options.oneWay !== true) this.#cuts.delete(linkOf(b, a))
    }
    const waiting = this.#waiting
    this.#waiting = waiting.filter(({ link }) => this.#cuts.has(link))
    for (const { link, send } of waiting) if (!this.#cuts.has(link)) send()
  }

  /**
   * Breaks the open connections between `a` and `b`: both sides see an error, bytes under way are
   * lost. Returns how many there were.
   */
  reset(a: string, b: string): number {
    let count = 0
    for (const connection of [...this.#open]) {
      const peer = connection.peer
      if (peer === undefined || connection.node.name !== a || peer.node.name !== b) continue
      if (!connection.isClosed) count += 1
      connection.reset()
      peer.reset()
    }
    return count
  }

  /**
   * Something between `a` and `b` has forgotten their connections: both sides think them open, and what they
   * send is never heard of again. New connections work. Says how many there were; `reset` breaks them.
   */
  halfOpen(a: string, b: string): { readonly count: number; readonly reset: () => void } {
    const muted: MemoryConnection[] = []
    for (const connection of this.#open) {
      const peer = connection.peer
      if (peer === undefined || connection.node.name !== a || peer.node.name !== b) continue
      if (connection.isClosed) continue
      connection.mute()
      peer.mute()
      muted.push(connection, peer)
    }
    return { count: muted.length / 2, reset: () => muted.forEach((one) => one.reset()) }
  }

  /** Open connections and listeners of a node, both counted. */
  openOf(node: MemoryNode): { readonly connections: number; readonly listeners: number } {
    let connections = 0
    for (const open of this.#open) if (open.node === node && !open.isClosed) connections += 1
    let listeners = 0
    for (const among of this.#listeners.values()) {
      for (const listener of among) if (listener.node === node) listeners += 1
    }
    return { connections, listeners }
  }

  /** The machine has lost power: the peers of its connections hear nothing. */
  vanish(machine: string): void {
    for (const connection of this.#open) {
      if (connection.node.machine === machine) connection.vanish()
    }
  }

  /** The machine is up again and knows nothing of its old connections: their peers see an error. */
  resetHalfOpen(machine: string): void {
    for (const connection of [...this.#open]) {
      const peer = connection.peer
      if (peer?.node.machine === machine && !peer.node.isAlive && peer.isClosed) connection.reset()
    }
  }

  /** Whether new connections to the listeners of `name` are refused. */
  refuse(name: string, isRefusing: boolean = true): void {
    if (isRefusing) this.#refusing.add(name)
    else this.#refusing.delete(name)
  }

  /** The network as `node` sees it. */
  of(node: MemoryNode): Network {
    return {
      listen: (address, onConnection, options) =>
        this.#listen({ node, address, onConnection, tls: options?.tls }),
      connect: (address, options) =>
        new Promise((resolve, reject) => {
          const timeoutMs = options?.timeoutMs ?? CONNECT_TIMEOUT_MS
          const timer = node.setTimer(timeoutMs, () => settle('no answer', timeoutMs))
          let isSettled = false
          const settle = (outcome: MemoryConnection | string, afterMs?: number): void => {
            if (isSettled) {
              if (typeof outcome !== 'string') outcome.destroy()
              return
            }
            isSettled = true
            timer.cancel()
            if (typeof outcome === 'string')
              reject(connectFailed(address, outcome, afterMs === undefined ? {} : { afterMs }))
            else resolve(outcome)
          }
          this.#dial(node, address, options?.tls, settle)
        }),
    }
  }

  async #listen(asked: MemoryListener): Promise<Listener> {
    const { node } = asked
    const port = asked.address.port === 0 ? this.#freePort() : asked.address.port
    const rivals = this.#listeners.get(port) ?? []
    if (
      rivals.some((rival) => rival.node.machine === node.machine && isOverlapping(rival, asked))
    ) {
      throw addressInUse(asked.address)
    }
    const address = { host: asked.address.host, port }
    const listener = { ...asked, address }
    this.#listeners.set(port, [...rivals, listener])
    node.holds += 1
    let isOpen = true
    const close = (): void => {
      if (!isOpen) return
      isOpen = false
      node.holds -= 1
      forgetNode()
      const left = (this.#listeners.get(port) ?? []).filter((other) => other !== listener)
      if (left.length === 0) this.#listeners.delete(port)
      else this.#listeners.set(port, left)
    }
    const forgetNode = node.atEnd(close)
    return {
      address,
      close: () => {
        close()
        return Promise.resolve()
      },
    }
  }

  /**
   * The three-way handshake: a request there, its answer back. A cut on the way makes it try again.
   */
  #dial(
    node: MemoryNode,
    address: Address,
    tls: TlsOptions | undefined,
    settle: (outcome: MemoryConnection | string) => void,
  ): void {
    const listener = this.#find(node, address)
    const to = listener?.node ?? node
    if (this.#cuts.has(linkOf(node.name, to.name)) || this.#cuts.has(linkOf(to.name, node.name))) {
      node.setTimer(RETRY_MS, () => this.#dial(node, address, tls, settle), { background: true })
      return
    }
    const there = this.#wire()
    const back = this.#wire()
    const answer = (outcome: MemoryConnection | string): void =>
      this.#send(to, node, back, () => settle(outcome))
    if (listener === undefined) {
      this.#send(node, to, there, () => answer('ECONNREFUSED'))
      return
    }
    this.#send(node, to, there, () => {
      if (!this.#isOpen(listener)) return answer('ECONNREFUSED')
      const mistrust = tlsMistrust(listener.tls, tls)
      if (mistrust !== undefined) return answer(mistrust)
      const local = { host: address.host, port: this.#freePort() }
      const client = new MemoryConnection({ node, local, remote: address, wire: there })
      const server = new MemoryConnection({ node: to, local: address, remote: local, wire: back })
      MemoryConnection.join(client, server)
      this.#track(client)
      this.#track(server)
      listener.onConnection(server)
      answer(client)
    })
  }

  #track(connection: MemoryConnection): void {
    for (const known of this.#open) if (known.isClosed) this.#open.delete(known)
    this.#open.add(connection)
  }

  #isOpen(listener: MemoryListener): boolean {
    return (
      !this.#refusing.has(listener.node.name) &&
      (this.#listeners.get(listener.address.port) ?? []).includes(listener)
    )
  }

  /**
   * A loopback address leads to this machine's listener if there is one, and else to any machine's.
   */
  #find(node: MemoryNode, { host, port }: Address): MemoryListener | undefined {
    const listeners = this.#listeners.get(port) ?? []
    const isLocal = LOOPBACK.has(host) || EVERY_HOST.has(host)
    const fitting = listeners.filter(
      (listener) =>
        isLocal ||
        listener.address.host === host ||
        listener.node.name === host ||
        listener.node.machine === host,
    )
    return fitting.find((listener) => listener.node.machine === node.machine) ?? fitting[0]
  }

  #wire(): Wire {
    return {
      lastDueMs: 0,
      freeAtMs: 0,
      segments: (bytes) => (this.#segments === 'random' ? this.#cutUp(bytes) : [bytes]),
      send: (from, to, wire, bytes, deliver) => {
        if (bytes.byteLength > 0) this.#onSent?.(from.name, to.name, bytes)
        this.#send(from, to, wire, deliver, bytes.byteLength)
      },
    }
  }

  #cutUp(bytes: Uint8Array): readonly Uint8Array[] {
    const pieces: Uint8Array[] = []
    let at = 0
    while (at < bytes.byteLength) {
      const length = 1 + this.#random.int(bytes.byteLength - at)
      pieces.push(bytes.subarray(at, at + length))
      at += length
    }
    return pieces
  }

  #send(from: MemoryNode, to: MemoryNode, wire: Wire, deliver: () => void, sizeBytes = 0): void {
    const link = linkOf(from.name, to.name)
    const isBehindOthers = this.#waiting.some((parcel) => parcel.link === link)
    if (this.#cuts.has(link) || isBehindOthers) {
      this.#waiting.push({ link, send: () => this.#send(from, to, wire, deliver, sizeBytes) })
      return
    }
    const delayMs = drawDelay(this.#delays.get(link) ?? this.#delay, this.#random)
    const rate = this.#rates.get(link)
    if (rate !== undefined) {
      // The line is busy with one parcel after the other; only then does each take its way.
      wire.freeAtMs = Math.max(wire.freeAtMs, this.#clock.now()) + sizeBytes / rate
      wire.lastDueMs = Math.max(wire.lastDueMs, wire.freeAtMs + delayMs)
    } else wire.lastDueMs = Math.max(wire.lastDueMs, this.#clock.now() + delayMs)
    this.#clock.setTimerFor(to, wire.lastDueMs - this.#clock.now(), deliver)
  }

  #freePort(): number {
    while (this.#listeners.has(this.#nextPort)) this.#nextPort += 1
    this.#nextPort += 1
    return this.#nextPort - 1
  }
}

function linkOf(from: string, to: string): string {
  return `${from}\n${to}`
}

function isOverlapping(a: MemoryListener, b: MemoryListener): boolean {
  const hostOf = ({ address }: MemoryListener): string =>
    LOOPBACK.has(address.host) ? 'localhost' : address.host
  return EVERY_HOST.has(hostOf(a)) || EVERY_HOST.has(hostOf(b)) || hostOf(a) === hostOf(b)
}

/** Certificates are not examined here: each side must name the same authority. */
function tlsMistrust(server?: TlsOptions, client?: TlsOptions): string | undefined {
  if ((server === undefined) !== (client === undefined)) return 'closed by the peer'
  return server?.ca === client?.ca ? undefined : 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
}
