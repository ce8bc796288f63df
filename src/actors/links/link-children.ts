import type { BehaviorOrigin } from '../behavior.ts'
import type { Cell } from '../cell.ts'
import type { RemoteTarget } from '../placement.ts'
import type { Exported } from '../system-core.ts'
import type { NodeError } from './errors.ts'
import { FarChild } from './far-child.ts'
import type { SpawnOrder } from './far-child.ts'
import type { Link } from './link.ts'
import { NearChild } from './near-child.ts'

/** The children across one link: ours over there (near), and theirs here (far). */
export class LinkChildren implements RemoteTarget {
  readonly #link: Link
  /** Number of the place in our tree → the child over there. */
  readonly #near: Map<number, NearChild> = new Map()
  /** Number of the place in their tree → the actor here. */
  readonly #far: Map<number, FarChild> = new Map()

  #lastOrdered = 0

  constructor(link: Link) {
    this.#link = link
  }

  /** Starts the far half of a child of ours behind this link. */
  start(cell: Cell, origin: BehaviorOrigin): NearChild {
    return new NearChild(cell, origin, () => this.#link)
  }

  addNear(number: number, child: NearChild): void {
    this.#near.set(number, child)
  }

  /** False if it was gone already. */
  removeNear(number: number): boolean {
    return this.#near.delete(number)
  }

  near(number: number): NearChild | undefined {
    return this.#near.get(number)
  }

  /** Whether a child of that number was never ordered so far. */
  isToCome(near: number): boolean {
    return near > this.#lastOrdered
  }

  startFar(order: SpawnOrder): void {
    this.#lastOrdered = Math.max(this.#lastOrdered, order.near)
    this.#far.set(order.near, new FarChild(this.#link, order))
  }

  removeFar(near: number): void {
    this.#far.delete(near)
    this.#link.flows.endIn(-near)
  }

  far(near: number): FarChild | undefined {
    return this.#far.get(near)
  }

  /** What takes messages for the actor here that stands for child `near` over there. */
  recipient(near: number): Exported | undefined {
    const child = this.#far.get(near)
    return child?.cell ?? child
  }

  /** How `cell` is named to the other side, if it is a child across this very link. */
  wireRef(cell: Cell): readonly [number] | undefined {
    const ext = cell.extension
    if (ext === undefined) return undefined
    if (ext.body !== undefined && this.#near.has(cell.id)) return [-cell.id]
    const parent = ext.remoteParent
    if (parent instanceof FarChild && parent.link === this.#link) return [parent.order.near]
    return undefined
  }

  /** The path of a child of ours over there. */
  pathOf(near: number): string | undefined {
    return this.#near.get(near)?.cell.path
  }

  get load(): number {
    return this.#near.size
  }

  /** The other side has been out of reach for too long: actors that it started here end. */
  leaseOver(): void {
    for (const child of [...this.#far.values()]) child.leaseOver()
  }

  linkLost(error: NodeError, byUs: boolean): void {
    this.leaseOver()
    this.#far.clear()
    this.releaseNear(error, byUs)
  }

  /** Children of ours over there are lost; `byUs`, their parents are not asked. */
  releaseNear(error: NodeError, byUs: boolean): void {
    const near = [...this.#near.values()]
    this.#near.clear()
    for (const child of near) child.linkLost(error, byUs)
  }
}
