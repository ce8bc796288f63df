/** A file in the cache, or on its way there. */
export interface Entry {
  /** Below the cache's directory. */
  readonly file: string
  /** What is held free for it, or what it has turned out to take. */
  readonly sizeBytes: number
  readonly isReady: boolean
  /** Runs that use it; it stays as long as there is one. */
  readonly users: ReadonlySet<string>
}

/** The account of the cache. Immutable; entries stand in the order of their last use. */
export interface CacheState {
  readonly capacityBytes: number
  readonly entries: ReadonlyMap<string, Entry>
  readonly nextFile: number
}

/** What a run does about a file that may be kept. */
export type Claim =
  /** It is there. */
  | { readonly type: 'use'; readonly file: string }
  /** This run fetches it for all. */
  | { readonly type: 'fetch'; readonly file: string }
  /** Another run is fetching it. */
  | { readonly type: 'wait' }

/** What was made room by: files to be removed. */
export type Reserved =
  | { readonly isReserved: true; readonly evicted: readonly string[] }
  | { readonly isReserved: false; readonly problem: string }

export function emptyCache(capacityBytes: number): CacheState {
  return { capacityBytes, entries: new Map(), nextFile: 0 }
}

/** Users of an agent do not share files. */
export function cacheKey(user: string, uri: string): string {
  return `${user}@${uri}`
}

/** A run wants the file of `key`; `name` is how the URI calls it. */
export function claim(
  cache: CacheState,
  key: string,
  name: string,
  run: string,
): readonly [CacheState, Claim] {
  const entry = cache.entries.get(key)
  if (entry === undefined) {
    const file = `c${cache.nextFile}-${shortened(name)}`
    const fresh = { file, sizeBytes: 0, isReady: false, users: new Set([run]) }
    const next = { ...cache, nextFile: cache.nextFile + 1 }
    return [withEntry(next, key, fresh), { type: 'fetch', file }]
  }
  if (!entry.isReady) return [cache, { type: 'wait' }]
  const used = { ...entry, users: new Set(entry.users).add(run) }
  return [withEntry(cache, key, used), { type: 'use', file: entry.file }]
}

/** Holds room for a file that is about to be fetched, and lets go of what nobody uses until there is enough. */
export function reserve(
  cache: CacheState,
  key: string,
  sizeBytes: number,
): readonly [CacheState, Reserved] {
  const entry = cache.entries.get(key)
  const others = usedBytes(cache) - (entry?.sizeBytes ?? 0)
  let missing = others + sizeBytes - cache.capacityBytes
  const entries = new Map(cache.entries)
  const evicted: string[] = []
  for (const [other, { file, sizeBytes: size, isReady, users }] of cache.entries) {
    if (missing <= 0) break
    if (other === key || !isReady || users.size > 0) continue
    entries.delete(other)
    evicted.push(file)
    missing -= size
  }
  if (missing > 0 || entry === undefined) {
    const problem = `Could not reserve ${sizeBytes} bytes in the cache of ${cache.capacityBytes} bytes`
    return [cache, { isReserved: false, problem }]
  }
  entries.set(key, { ...entry, sizeBytes })
  return [
    { ...cache, entries },
    { isReserved: true, evicted },
  ]
}

/** The file of `key` is whole. */
export function completed(cache: CacheState, key: string, sizeBytes: number): CacheState {
  const entry = cache.entries.get(key)
  return entry === undefined ? cache : withEntry(cache, key, { ...entry, sizeBytes, isReady: true })
}

/** The file of `key` is not to be had, or is gone. */
export function dropped(cache: CacheState, key: string): CacheState {
  const entries = new Map(cache.entries)
  entries.delete(key)
  return { ...cache, entries }
}

/** A run is over: what it used may go; what it was fetching is not to come. Answers with the keys of the latter. */
export function released(cache: CacheState, run: string): readonly [CacheState, readonly string[]] {
  const entries = new Map<string, Entry>()
  const broken: string[] = []
  for (const [key, entry] of cache.entries) {
    if (entry.users.has(run) && !entry.isReady) broken.push(key)
    else {
      const users = new Set([...entry.users].filter((one) => one !== run))
      entries.set(key, entry.users.has(run) ? { ...entry, users } : entry)
    }
  }
  return [{ ...cache, entries }, broken]
}

/** What files take, and what is held free. */
export function usedBytes(cache: CacheState): number {
  return [...cache.entries.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

/** Puts an entry behind all others: it was used last. */
function withEntry(cache: CacheState, key: string, entry: Entry): CacheState {
  const entries = new Map(cache.entries)
  entries.delete(key)
  entries.set(key, entry)
  return { ...cache, entries }
}

/** The end of a name says what it is: it is kept. */
function shortened(name: string): string {
  const MOST = 100
  return name.length <= MOST ? name : name.slice(-MOST)
}
