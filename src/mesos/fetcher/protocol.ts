import type { ActorRef } from '../../actors/index.ts'
import type { CommandUri } from '../protocol/index.ts'

/** What the fetcher is told. */
export type FetcherMessage =
  /** Has these files in the sandbox, one after another; the first that can't be had ends it. */
  | {
      readonly type: 'fetch'
      readonly containerId: string
      readonly uris: readonly CommandUri[]
      /** An absolute path; made if missing. */
      readonly sandbox: string
      /** For whom: users do not share files in the cache. */
      readonly user?: string | undefined
      readonly replyTo: ActorRef<Fetched>
    }
  /** The container is not wanted any more: nobody hears of its files. */
  | { readonly type: 'cancel'; readonly containerId: string }

/** What became of a fetch. */
export interface Fetched {
  readonly type: 'fetched'
  /** Why not all is there, in the words of Mesos. */
  readonly problem?: string
}
