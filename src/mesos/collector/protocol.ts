/** Settings of a collector. */
export interface CollectorOptions {
  /** An absolute path. */
  readonly workDir: string
  /** How old a directory gets where there is room. Default 604,800,000, a week. */
  readonly delayMs?: number
  /** The share of the disk that is to be free; default 0.1. */
  readonly diskHeadroomRatio?: number
  /** How often the disk is looked at. Default 60,000. */
  readonly diskWatchIntervalMs?: number
  /** Where it counts what it does. */
  readonly account?: CollectorAccount
}

/** Directories: those that wait to be removed, and how often that was done, or could not be done. */
export interface CollectorAccount {
  pending: number
  succeeded: number
  failed: number
}

export function newCollectorAccount(): CollectorAccount {
  return { pending: 0, succeeded: 0, failed: 0 }
}

/** What a collector is told. */
export type CollectorMessage =
  /** Nobody needs this directory any more. */
  | { readonly type: 'collect'; readonly path: string }
  /** It is needed again. */
  | { readonly type: 'keep'; readonly path: string }
  /** Looks for what was left before: all but what these sandboxes, and the agent of this id, need. */
  | {
      readonly type: 'look-round'
      readonly agentId: string | undefined
      readonly sandboxes: readonly string[]
    }

export const DEFAULT_DELAY_MS = 604_800_000
export const DEFAULT_HEADROOM = 0.1
export const DEFAULT_WATCH_MS = 60_000
