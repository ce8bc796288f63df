import type { CqlRing } from '../../../platform/index.ts'
import { localHosts } from './splits.ts'

/** Which hosts have a token. */
export class Replicas {
  /** Ends of ranges in order; the last is the ring's. */
  readonly #ends: readonly bigint[]
  readonly #hosts: readonly (readonly string[])[]

  constructor(ring: CqlRing, localDataCenter: string | undefined) {
    const hostsOf = localHosts(ring.nodes, localDataCenter)
    this.#ends = ring.ranges.flatMap(({ end }) => (end === undefined ? [] : [end]))
    this.#hosts = ring.ranges.map(({ replicas }) => hostsOf(replicas))
  }

  /** All hosts that have some token, in order. */
  get all(): readonly string[] {
    return [...new Set(this.#hosts.flat())].sort()
  }

  of(token: bigint): readonly string[] {
    let [from, to] = [0, this.#ends.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#ends[middle] as bigint) < token) from = middle + 1
      else to = middle
    }
    return this.#hosts[from] ?? []
  }
}
