/** Settings of an agent's fetcher. */
export interface FetcherOptions {
  /** An absolute path that is the fetcher's own: what it holds is removed when the first file is kept. */
  readonly cacheDirectory: string
  /** Bytes that files in the cache may take together. Default 2 GiB. */
  readonly cacheSizeBytes?: number
  /** What relative paths begin with; without it they are refused. */
  readonly frameworksHome?: string
  /** How long a server may send nothing. Default 60,000. */
  readonly stallTimeoutMs?: number
  /** Where it counts what it does. */
  readonly account?: FetcherAccount
}

/** How often all files of a container were fetched, or were not; and what the cache has. */
export interface FetcherAccount {
  succeeded: number
  failed: number
  cacheUsedBytes: number
  cacheTotalBytes: number
}

export function newFetcherAccount(): FetcherAccount {
  return { succeeded: 0, failed: 0, cacheUsedBytes: 0, cacheTotalBytes: 0 }
}

export const DEFAULT_CACHE_BYTES: number = 2 * 1024 ** 3
export const DEFAULT_STALL_MS = 60_000
