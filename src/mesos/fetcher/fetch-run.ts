import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { CommandUri } from '../protocol/index.ts'
import { cacheKey } from './cache.ts'
import {
  fetchDirectly,
  fetchFromCache,
  fetchIntoCache,
  giveSandbox,
  sizeOf,
  type Run,
} from './fetch-item.ts'
import { DEFAULT_STALL_MS, type FetcherOptions } from './options.ts'
import type { Fetched, FetcherMessage } from './protocol.ts'
import { SandboxLog } from './sandbox-log.ts'
import { uriProblem } from './uri.ts'

/** What a run tells the one that keeps the cache. */
export type RunMessage =
  | {
      readonly type: 'claim'
      readonly key: string
      readonly name: string
      readonly run: string
      readonly replyTo: ActorRef<Claimed>
    }
  | {
      readonly type: 'reserve'
      readonly key: string
      readonly sizeBytes: number
      readonly replyTo: ActorRef<Granted>
    }
  | { readonly type: 'completed'; readonly key: string; readonly sizeBytes: number }
  | { readonly type: 'failed'; readonly key: string; readonly problem: string }
  /** It is over. */
  | { readonly type: 'counted'; readonly isDone: boolean }

/** What a run is to do about a file that may be kept. */
export type Claimed =
  | { readonly type: 'use'; readonly file: string }
  | { readonly type: 'fetch'; readonly file: string }
  /** Whoever was fetching it has failed: each for itself. */
  | { readonly type: 'bypass'; readonly problem: string }

/** Whether there is room; undefined if so. */
export interface Granted {
  readonly type: 'granted'
  readonly problem: string | undefined
}

/** The order of one container. */
export type Order = Extract<FetcherMessage, { readonly type: 'fetch' }>

interface Done {
  readonly type: 'done'
  readonly problem: string | undefined
}

/** Others may be long at it: their servers stall, their files are large. */
const CLAIM_TIMEOUT_MS = 86_400_000

/**
 * Fetches for one container, one item after another, and tells whoever has ordered it. Stopping it ends what it is doing.
 */
export function fetchRun(
  order: Order,
  options: FetcherOptions,
  keeper: ActorRef<RunMessage>,
): Behavior<never> {
  return setup<Done>((ctx) => {
    const { clock, disk, http, processes } = ctx.environment
    const { sandbox, uris, user = '', replyTo } = order
    const stop = new AbortController()
    const log = new SandboxLog({ disk, clock, log: ctx.log, pid: processes.pid }, sandbox)
    const run: Run = {
      environment: { clock, disk, http, processes },
      sandbox,
      cacheDirectory: options.cacheDirectory,
      frameworksHome: options.frameworksHome,
      stallTimeoutMs: options.stallTimeoutMs ?? DEFAULT_STALL_MS,
      log,
      signal: stop.signal,
    }

    /** By way of the cache, or, where that does not work out, without it. */
    const fetchCached = async (uri: CommandUri): Promise<string> => {
      const key = cacheKey(user, uri.value)
      const name = uri.value.slice(uri.value.lastIndexOf('/') + 1)
      const claimed = await ctx.ask<RunMessage, Claimed>(
        keeper,
        (to) => ({ type: 'claim', key, name, run: order.containerId, replyTo: to }),
        { timeoutMs: CLAIM_TIMEOUT_MS, signal: stop.signal },
      )
      if (claimed.type === 'use') return fetchFromCache(run, uri, claimed.file)
      if (claimed.type === 'bypass') return directly(uri, claimed.problem)
      let problem: string | undefined
      try {
        const sizeBytes = await sizeOf(run, uri)
        const granted = await ctx.ask<RunMessage, Granted>(
          keeper,
          (to) => ({ type: 'reserve', key, sizeBytes, replyTo: to }),
          { signal: stop.signal },
        )
        problem = granted.problem
      } catch (error) {
        problem = reasonOf(error)
      }
      if (problem !== undefined) {
        keeper.tell({ type: 'failed', key, problem })
        return directly(uri, problem)
      }
      try {
        const sizeBytes = await fetchIntoCache(run, uri, claimed.file)
        keeper.tell({ type: 'completed', key, sizeBytes })
      } catch (error) {
        keeper.tell({ type: 'failed', key, problem: reasonOf(error) })
        throw error
      }
      return fetchFromCache(run, uri, claimed.file)
    }

    const directly = async (uri: CommandUri, problem: string): Promise<string> => {
      const why = `due to failure to fetch through the cache, with error: ${problem}`
      const text = `Reverting to fetching directly into the sandbox for '${uri.value}', ${why}`
      await log.write('W', text)
      return fetchDirectly(run, uri)
    }

    const fetchAll = async (): Promise<string | undefined> => {
      for (const uri of uris) {
        const problem = uriProblem(uri)
        if (problem !== undefined) return `Could not fetch: ${problem}`
      }
      await disk.makeDirectory(sandbox)
      for (const uri of uris) {
        await log.write('I', `Fetching URI '${uri.value}'`)
        try {
          const at = await (uri.cache === true ? fetchCached(uri) : fetchDirectly(run, uri))
          await log.write('I', `Fetched '${uri.value}' to '${at}'`)
        } catch (error) {
          if (stop.signal.aborted) return undefined
          const text = `Failed to fetch '${uri.value}': ${reasonOf(error)}`
          await log.write('E', text)
          return `Failed to fetch all URIs for container '${order.containerId}': ${text}`
        }
      }
      if (order.user !== undefined) {
        try {
          await giveSandbox(run, order.user)
        } catch (error) {
          await log.write('E', reasonOf(error))
          return `Failed to fetch all URIs for container '${order.containerId}': ${reasonOf(error)}`
        }
      }
      await log.write('I', `Successfully fetched all URIs into '${sandbox}'`)
      return undefined
    }

    ctx.pipeToSelf(fetchAll(), (problem, error) => ({
      type: 'done',
      problem: error === undefined ? problem : reasonOf(error),
    }))
    return stateful<undefined, Done>(
      undefined,
      (state, { problem }) => {
        const answer: Fetched =
          problem === undefined ? { type: 'fetched' } : { type: 'fetched', problem }
        keeper.tell({ type: 'counted', isDone: problem === undefined })
        replyTo.tell(answer)
        ctx.stop()
        return state
      },
      (state, signal) => {
        if (signal.type === 'PostStop') stop.abort()
        return state
      },
    )
  })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
