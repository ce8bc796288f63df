import { Adapter } from '../adapter.ts'
import { AskPort } from '../ask.ts'
import { afterPromises, failForCircle, letIn, waitingOf, walk } from '../ask-cycles.ts'
import type { FarWaits, Wait, Waiting, Way } from '../ask-cycles.ts'
import { Cell, REMOTE } from '../cell.ts'
import { isUserMessage, messageOf } from '../mailbox-entries.ts'
import { GuardedExport } from './guarded-export.ts'
import type { LinkHub } from './hub.ts'
import type { Link } from './link.ts'
import { NearChild } from './near-child.ts'
import { RemoteRef } from './remote-ref.ts'

/** Steps a question may go; a longer circle ends by its deadlines. */
export const MAX_HOPS = 64

/** One step of a way over several nodes: who waits there, with what, by which ask. */
export type Hop = readonly [
  path: string,
  type: string | null,
  isReentrant: boolean,
  node: string,
  /** Numbers at that node. */
  actor: number,
  port: number,
]

/** An ask whose asker waits, by the number of its port at its node. */
interface Asked {
  readonly node: string
  readonly port: number
}

/**
 * Circles of waits over several nodes, by chasing their edges (Chandy, Misra, Haas 1983): each node knows who waits
 * here. A new wait sends a question along the waits of its receiver, from node to node; where it comes back to its asker,
 * there is a circle. Every step is looked up where it is true, so what has ended misleads nobody.
 */
export class CircleSeeker implements FarWaits {
  readonly #hub: LinkHub
  /** Asks of the frame at hand whose askers wait. */
  #arrived: { readonly link: Link; readonly port: number; readonly target: number }[] = []

  constructor(hub: LinkHub) {
    this.#hub = hub
  }

  follow(first: Wait, leaving: readonly Way[]): void {
    const asked = { node: this.#hub.node, port: this.#hub.exports.port(first.port) }
    for (const way of leaving) {
      // The ask itself says it on arrival, unless it has left already.
      const goesBefore = way.length > 1 || (first.port.exportId !== 0 && first.hasLeft)
      if (goesBefore) this.#send(asked, first.target, way.slice(1), [])
    }
  }

  /** An ask has been read whose asker waits on `target`, an actor here. */
  arrived(link: Link, port: number, target: number): void {
    this.#arrived.push({ link, port, target })
  }

  /** The messages of the frame have been handed over. */
  lookAtArrived(): void {
    if (this.#arrived.length === 0) return
    const arrived = this.#arrived
    this.#arrived = []
    for (const { link, port, target } of arrived) {
      this.asked(link, target, { node: link.peer.node, port }, [])
    }
  }

  /** Somebody waits, by way of `hops`, on the actor that `link` calls `number`. */
  asked(link: Link, number: number, asked: Asked, hops: readonly Hop[]): void {
    const target = actorOf(link, number)
    if (target === undefined || hops.length >= MAX_HOPS) return
    const first = asked.node === this.#hub.node ? this.#waitOf(asked.port) : undefined
    if (asked.node === this.#hub.node && first === undefined) return
    const leaving: Way[] = []
    const way = walk([], target, first?.asker, leaving)
    if (way !== undefined && first !== undefined) {
      this.#found(first, [...hops, ...way.map((wait) => this.#hopOf(wait))])
      return
    }
    for (const out of leaving) this.#send(asked, target, out, hops)
  }

  /** Lets the message that holds that ask's port in, where its receiver waits and may be called back. */
  admit(actor: number, asked: Asked): boolean {
    const cell = this.#cellOf(actor)
    if (cell === undefined) return false
    const message = this.#messageWith(cell, asked)
    return message !== undefined && letIn(cell, message.value)
  }

  #send(asked: Asked, from: object, way: Way, before: readonly Hop[]): void {
    const edge = edgeTo(way.at(-1)?.target ?? from)
    if (edge === undefined) return
    const hops = [...before, ...way.map((wait) => this.#hopOf(wait))]
    edge.link.control('chase', edge.number, asked.node, asked.port, hops)
  }

  #found(first: Wait, hops: readonly Hop[]): void {
    afterPromises(first, () => {
      const circle = [this.#hopOf(first), ...hops]
      for (const [at, hop] of circle.entries()) {
        const [, , isReentrant, node, actor] = hop
        const before = circle.at(at - 1)
        if (!isReentrant || before === undefined) continue
        const asked = { node: before[3], port: before[5] }
        const link = this.#hub.linkTo(node)
        if (node === this.#hub.node) {
          if (this.admit(actor, asked)) return
        } else if (link !== undefined) {
          link.control('admit', actor, asked.node, asked.port)
          return
        }
      }
      failForCircle(
        first,
        circle.map(([path, type]): Waiting => (type === null ? { path } : { path, type })),
      )
    })
  }

  #waitOf(port: number): Wait | undefined {
    const exported: unknown = this.#hub.core.exports.get(port)
    const wait = exported instanceof AskPort ? exported.wait : undefined
    return wait?.isLive === true ? wait : undefined
  }

  #hopOf(wait: Wait): Hop {
    const { path, type } = waitingOf(wait)
    const { node, exports } = this.#hub
    return [path, type ?? null, wait.isReentrant, node, wait.asker.id, exports.port(wait.port)]
  }

  #cellOf(actor: number): Cell | undefined {
    for (const cell of this.#hub.core.cells()) if (cell.id === actor) return cell
    return undefined
  }

  #messageWith(cell: Cell, asked: Asked): { readonly value: unknown } | undefined {
    for (let i = cell.head; i !== cell.tail; i = (i + 1) | 0) {
      const entry = cell.buffer?.[i & cell.mask]
      if (!isUserMessage(entry)) continue
      const value = messageOf(entry)
      if (this.#holds(value, asked, 0)) return { value }
    }
    return undefined
  }

  #holds(value: unknown, asked: Asked, depth: number): boolean {
    if (value instanceof AskPort) {
      return asked.node === this.#hub.node && value.exportId === asked.port
    }
    if (value instanceof RemoteRef) {
      return value.link.peer.node === asked.node && value.number === asked.port
    }
    if (typeof value !== 'object' || value === null || depth > 3 || value instanceof Cell)
      return false
    return Object.values(value).some((item) => this.#holds(item, asked, depth + 1))
  }
}

/** The actor here, or on another link, that the other side of `link` calls `number`. */
function actorOf(link: Link, number: number): object | undefined {
  const found = number > 0 ? link.hub.core.exports.get(number) : link.children.recipient(-number)
  return found instanceof GuardedExport || found instanceof Adapter ? found.cell : found
}

/** How the node of an actor that is not here calls it. */
export function edgeTo(
  target: object,
): { readonly link: Link; readonly number: number } | undefined {
  if (target instanceof RemoteRef) {
    return target.isKept ? { link: target.link, number: target.number } : undefined
  }
  if (!(target instanceof Cell) || target.mode !== REMOTE) return undefined
  const body = target.extension?.body
  const link = body instanceof NearChild ? body.link : undefined
  return link === undefined ? undefined : { link, number: -target.id }
}

/** Whether words of a link are hops. */
export function areHops(value: unknown): value is readonly Hop[] {
  return Array.isArray(value) && value.length <= MAX_HOPS && value.every(isHop)
}

function isHop(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 6) return false
  const [path, type, isReentrant, node, actor, port] = value as readonly unknown[]
  return (
    typeof path === 'string' &&
    (type === null || typeof type === 'string') &&
    typeof isReentrant === 'boolean' &&
    typeof node === 'string' &&
    Number.isSafeInteger(actor) &&
    Number.isSafeInteger(port)
  )
}
