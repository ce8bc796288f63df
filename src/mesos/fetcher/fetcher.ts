import { accepting, oneOf, setup, stateful, type Behavior } from '../../actors/index.ts'
import {
  claim,
  completed,
  dropped,
  emptyCache,
  released,
  reserve,
  usedBytes,
  type CacheState,
} from './cache.ts'
import { fetchRun, type Claimed, type RunMessage } from './fetch-run.ts'
import { DEFAULT_CACHE_BYTES, newFetcherAccount, type FetcherOptions } from './options.ts'
import type { FetcherMessage } from './protocol.ts'

type Message =
  | FetcherMessage
  | RunMessage
  | { readonly type: 'run-over'; readonly run: string }
  | { readonly type: 'cache-cleared' }

type Claiming = Extract<RunMessage, { readonly type: 'claim' }>

interface State {
  readonly cache: CacheState
  /** Runs that wait for a file that another one fetches. */
  readonly waiting: readonly Claiming[]
}

/**
 * The fetcher of an agent: a child per container that is fetched for, and the account of the cache they share. What the cache
 * of a fetcher before has left is removed first.
 */
export function fetcherBehavior(options: FetcherOptions): Behavior<FetcherMessage> {
  const { cacheDirectory, cacheSizeBytes = DEFAULT_CACHE_BYTES } = options
  const { account = newFetcherAccount() } = options
  const behavior = setup<Message>((ctx) => {
    const { disk } = ctx.environment

    const remove = (files: readonly string[]): void => {
      for (const file of files) {
        void disk.remove(`${cacheDirectory}/${file}`).catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error)
          ctx.log.write('warn', 'a file of the fetcher cache stays', { file, reason })
        })
      }
    }

    const claimed = (state: State, message: Claiming): State => {
      const { key, name, run, replyTo } = message
      const [cache, outcome] = claim(state.cache, key, name, run)
      if (outcome.type === 'wait') return { cache, waiting: [...state.waiting, message] }
      replyTo.tell(outcome)
      return { ...state, cache }
    }

    /** Those that wait for the file of `key`. */
    const split = (state: State, key: string): readonly [State, readonly Claiming[]] => [
      { ...state, waiting: state.waiting.filter((one) => one.key !== key) },
      state.waiting.filter((one) => one.key === key),
    ]

    const failed = (state: State, key: string, problem: string): State => {
      const file = state.cache.entries.get(key)?.file
      if (file !== undefined) remove([file])
      const [rest, those] = split({ ...state, cache: dropped(state.cache, key) }, key)
      const answer: Claimed = { type: 'bypass', problem }
      for (const { replyTo } of those) replyTo.tell(answer)
      return rest
    }

    const handle = (state: State, message: Message): State => {
      switch (message.type) {
        case 'fetch': {
          const name = nameOf(message.containerId)
          const run = ctx.spawn(fetchRun(message, options, ctx.self), name, {
            restart: 'temporary',
          })
          ctx.watch(run, { type: 'run-over', run: message.containerId })
          return state
        }
        case 'cancel': {
          const run = ctx.child(nameOf(message.containerId))
          if (run !== undefined) void ctx.stop(run)
          return state
        }
        case 'claim':
          return claimed(state, message)
        case 'reserve': {
          const [cache, outcome] = reserve(state.cache, message.key, message.sizeBytes)
          if (outcome.isReserved) remove(outcome.evicted)
          const problem = outcome.isReserved ? undefined : outcome.problem
          message.replyTo.tell({ type: 'granted', problem })
          return { ...state, cache }
        }
        case 'completed': {
          const cache = completed(state.cache, message.key, message.sizeBytes)
          const [rest, those] = split({ ...state, cache }, message.key)
          return those.reduce(claimed, rest)
        }
        case 'failed':
          return failed(state, message.key, message.problem)
        case 'run-over': {
          const [cache, broken] = released(state.cache, message.run)
          const waiting = state.waiting.filter(({ run }) => run !== message.run)
          const why = 'the container that was fetching it is gone'
          return broken.reduce<State>((next, key) => failed(next, key, why), { cache, waiting })
        }
        case 'counted':
          account[message.isDone ? 'succeeded' : 'failed']++
          return state
        case 'cache-cleared':
          return state
      }
    }

    const early: Message[] = []
    let isReady = false
    const clear = async (): Promise<void> => {
      await disk.remove(cacheDirectory)
      await disk.makeDirectory(cacheDirectory)
    }
    ctx.pipeToSelf(clear(), (_, error) => {
      // Then nothing can be kept, and each fetches for itself.
      const reason = error instanceof Error ? error.message : String(error)
      if (error !== undefined) ctx.log.write('warn', 'no fetcher cache', { cacheDirectory, reason })
      return { type: 'cache-cleared' }
    })
    account.cacheTotalBytes = cacheSizeBytes
    const initial: State = { cache: emptyCache(cacheSizeBytes), waiting: [] }
    return stateful<State, Message>(initial, (state, message) => {
      if (isReady) {
        const next = handle(state, message)
        if (next.cache !== state.cache) account.cacheUsedBytes = usedBytes(next.cache)
        return next
      }
      if (message.type !== 'cache-cleared') {
        early.push(message)
        return state
      }
      isReady = true
      return early.splice(0).reduce(handle, state)
    })
  })
  return accepting(nobody, behavior)
}

/** Its agent lives on the same node. */
const nobody = oneOf([])

function nameOf(containerId: string): string {
  return `run-${containerId}`
}
