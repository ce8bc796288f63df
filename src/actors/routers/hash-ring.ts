/**
 * A consistent hash: points on a ring of 2^32, `virtualNodes` for each owner; a key belongs to the owner of the
 * first point at or after its hash. An owner that comes or goes moves only the keys it gets or had:
 * 1/n of them on average.
 *
 * @see Karger et al., "Consistent Hashing and Random Trees", STOC 1997
 */
export interface HashRing {
  /** The points, ascending. */
  readonly points: Uint32Array
  /** The owner (an index into the ids) of each point. */
  readonly owners: Uint32Array
}

/** The ring of these owners. The order of `ids` does not matter to who owns a key. Costs n log n. */
export function buildRing(ids: readonly string[], virtualNodes: number): HashRing {
  const entries: { readonly point: number; readonly owner: number; readonly id: string }[] = []
  ids.forEach((id, owner) => {
    for (let n = 0; n < virtualNodes; n++) {
      entries.push({ point: stableHash(`${id}#${String(n)}`), owner, id })
    }
  })
  entries.sort((a, b) => a.point - b.point || (a.id < b.id ? -1 : 1))
  return {
    points: Uint32Array.from(entries, ({ point }) => point),
    owners: Uint32Array.from(entries, ({ owner }) => owner),
  }
}

/** The owner of a key; undefined on an empty ring. Costs the logarithm of the points. */
export function ownerOf(ring: HashRing, key: string): number | undefined {
  const { points, owners } = ring
  const hash = stableHash(key)
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((points[middle] as number) < hash) low = middle + 1
    else high = middle
  }
  return owners[low === points.length ? 0 : low]
}

/**
 * The same 32 bits for the same text on every machine: FNV-1a over UTF-16 code units, both bytes of each, then the
 * last mixing step of MurmurHash3, which spreads neighbours.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
