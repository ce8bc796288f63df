import { Adapter } from '../adapter.ts'
import { AskPort } from '../ask.ts'
import { Cell, STOPPED } from '../cell.ts'
import { CodecError } from '../codec/index.ts'
import type { RefCodec } from '../codec/index.ts'
import { edgeTo } from './far-waits.ts'
import { GuardedExport } from './guarded-export.ts'
import type { Link } from './link.ts'
import { RemoteRef } from './remote-ref.ts'
import type { Lane } from './remote-ref.ts'

/**
 * Refs on the wire, as seen from the writer of a frame:
 *
 * | form | stands for |
 * |---|---|
 * | `n` | an ask port of mine |
 * | `[n, m]` | an ask port of mine, whose asker waits on your actor `m` |
 * | `-n` | an actor of mine that this connection has named before |
 * | `[n, flags, path]` | an actor of mine; flags: 1 bulk lane, 2 has terminated |
 * | `[n]` | an actor of yours |
 * | `[-n]` | the actor that you started for my child `n` |
 * | `[node, n, flags, path, system, host, port]` | an actor of a third node |
 */
const BULK = 1
const ENDED = 2

/** Whether an instance is a ref that can travel. */
export function isRef(value: object): boolean {
  return (
    value instanceof Cell ||
    value instanceof AskPort ||
    value instanceof RemoteRef ||
    value instanceof Adapter
  )
}

/** Each connection's dictionary has a number of its own. */
let lastConnection = 0

/** How refs travel on one connection of `link`. */
export class WireRefs implements RefCodec {
  readonly #link: Link
  readonly #connection: number

  constructor(link: Link) {
    this.#link = link
    this.#connection = ++lastConnection
  }

  isRef(value: object): boolean {
    return isRef(value)
  }

  encodeRef(ref: object): unknown {
    if (ref instanceof Cell) return this.#encodeCell(ref)
    const { exports } = this.#link.hub
    if (ref instanceof AskPort) return this.#encodePort(ref)
    if (ref instanceof Adapter) {
      return this.#own(exports.adapter(ref), flagsOf(ref.cell), () => ref.path)
    }
    return this.#encodeRemote(ref as RemoteRef)
  }

  #encodePort(port: AskPort): unknown {
    const number = this.#link.hub.exports.port(port)
    const { wait } = port
    if (wait === undefined) return number
    const edge = edgeTo(wait.target)
    if (edge?.link !== this.#link) return number
    wait.hasLeft = !wait.isLive
    return wait.isLive && number !== 0 ? [number, edge.number] : number
  }

  #encodeCell(cell: Cell): unknown {
    const link = this.#link
    if (cell.system !== link.hub.core) {
      throw new CodecError(
        'TROUPE_CODEC_UNENCODABLE',
        `the ref ${cell.path} belongs to another system of this thread, which ${link.peer.label} can't reach`,
        { data: { path: cell.path } },
      )
    }
    const home = link.children.wireRef(cell)
    if (home !== undefined) return home
    return this.#own(link.hub.exports.cell(cell), flagsOf(cell), () => cell.path)
  }

  #encodeRemote(ref: RemoteRef): unknown {
    const link = this.#link
    if (ref.link === link) return [ref.number]
    if (!ref.isKept) return link.hub.exports.oneShot(ref)
    const { peer } = ref.link
    const flags = (ref.lane === 'bulk' ? BULK : 0) | (ref.ending === undefined ? 0 : ENDED)
    if (peer.address !== undefined && link.peer.address !== undefined) {
      const { host, port } = peer.address
      return [peer.node, ref.number, flags, ref.path, peer.system, host, port]
    }
    return this.#own(link.hub.exports.proxy(ref), flags, () => ref.path)
  }

  #own(number: number, flags: number, path: () => string): unknown {
    if ((flags & ENDED) !== 0) return [number, flags, path()]
    const { knows } = this.#link
    if (knows.get(number) === this.#connection) return -number
    knows.set(number, this.#connection)
    return [number, flags, path()]
  }

  decodeRef(wire: unknown): unknown {
    const link = this.#link
    if (typeof wire === 'number' && Number.isInteger(wire)) {
      return wire > 0
        ? new RemoteRef(link, wire, 'messages', undefined, false)
        : (link.knownRef(-wire) ?? link.endedRef(-wire, undefined))
    }
    if (Array.isArray(wire)) {
      const [first, second, flags, path, system, host, port] = wire as readonly unknown[]
      if (wire.length === 2 && isNumber(first) && first > 0 && isNumber(second) && second !== 0) {
        link.hub.circles.arrived(link, first, second)
        return new RemoteRef(link, first, 'messages', undefined, false)
      }
      if (wire.length === 1 && isNumber(first)) return ownRef(link, first)
      if (wire.length === 3 && isNumber(first) && isNumber(second) && typeof flags === 'string') {
        if ((second & ENDED) !== 0) return link.endedRef(first, flags)
        return link.refOf(first, laneOf(second), flags)
      }
      if (
        wire.length === 7 &&
        typeof first === 'string' &&
        isNumber(second) &&
        isNumber(flags) &&
        typeof path === 'string' &&
        typeof system === 'string' &&
        typeof host === 'string' &&
        isNumber(port)
      ) {
        return this.#third({ node: first, system, address: { host, port } }, second, flags, path)
      }
    }
    throw new CodecError('TROUPE_CODEC_UNDECODABLE', 'a ref of an unknown form')
  }

  #third(
    peer: {
      readonly node: string
      readonly system: string
      readonly address: { readonly host: string; readonly port: number }
    },
    number: number,
    flags: number,
    path: string,
  ): unknown {
    const { hub } = this.#link
    if (peer.node === hub.node) return ownRef(this.#link, number)
    const link = hub.reach(peer)
    if (link === undefined) return this.#link.endedRef(number, path)
    return (flags & ENDED) !== 0
      ? link.endedRef(number, path)
      : link.refOf(number, laneOf(flags), path)
  }
}

/** What the other side means by a number of ours. */
function ownRef(link: Link, number: number): object {
  if (number > 0) {
    const own = link.hub.core.exports.get(number)
    if (own === undefined) return link.endedRef(number, undefined)
    if (!(own instanceof GuardedExport)) {
      return isRef(own) ? own : link.endedRef(number, undefined)
    }
    // Whoever may not send to it may not have others send to it either.
    return link.proven.has(own.token) ? own.cell : link.endedRef(number, undefined)
  }
  const child = link.children.far(-number)
  if (child === undefined) {
    // The order to start it stands in the very frame that is being read, before the message that names it.
    return link.children.isToCome(-number)
      ? link.refOf(-number, 'messages', `troupe://${link.peer.system}/?child=${String(-number)}`)
      : link.endedRef(number, undefined)
  }
  // Not started yet: by way of its place in the tree.
  return child.cell ?? link.refOf(-number, 'messages', child.order.path)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value)
}

function laneOf(flags: number): Lane {
  return (flags & BULK) === 0 ? 'messages' : 'bulk'
}

function flagsOf(cell: Cell): number {
  return (cell.options.lane === 'bulk' ? BULK : 0) | ((cell.status & STOPPED) === 0 ? 0 : ENDED)
}
