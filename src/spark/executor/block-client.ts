import type { ActorRef } from '../../actors/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import { FetchFailedError, SparkError } from '../errors.ts'
import type { BlockLocation } from '../shuffle/index.ts'
import { fetchChunks } from './fetch-chunks.ts'
import type { CommitAnswer, CommitRequest } from '../scheduler/output-commit/commit-book.ts'
import type { SyncAnswer, SyncRequest } from '../scheduler/barrier/sync-book.ts'
import type {
  AskCommit,
  AskSync,
  BlocksReply,
  ChunkReply,
  LocateBlocks,
  ReadChunk,
  RegistrationReply,
} from './protocol.ts'
import type { BlockFiles } from './shuffle-blocks.ts'

/** How long one question waits for its answer before it is asked again: it may be lost with its connection. */
const ASK_MS = 5_000
/** How often a question is asked. */
const MAX_ASKS = 3

interface BlockServer {
  readonly ref: ActorRef<ReadChunk>
  /** Fires when the executor is gone. */
  readonly lost: AbortController
}

/**
 * Finds and fetches map outputs for the tasks of one executor: its own from disk, others from the shuffle-block
 * actors of their executors, with a bounded number of chunks in flight.
 */
export class BlockClient {
  readonly #executorId: string
  readonly #own: BlockFiles
  readonly #askMs: number
  /** executor → its shuffle-block actor */
  readonly #servers = new Map<string, BlockServer>()
  readonly #tracker: Promise<ActorRef<LocateBlocks>>
  #foundTracker: (tracker: ActorRef<LocateBlocks>) => void = () => {}
  #commits: ActorRef<AskCommit> | undefined
  #barriers: ActorRef<AskSync> | undefined

  constructor(executorId: string, own: BlockFiles, timeoutMs: number) {
    this.#executorId = executorId
    this.#own = own
    this.#tracker = new Promise((resolve) => (this.#foundTracker = resolve))
    this.#askMs = Math.min(timeoutMs, ASK_MS)
  }

  /** Where to ask for locations, for the right to commit, and for syncs, once the driver has said so. */
  setDriver(driver: Extract<RegistrationReply, { type: 'registered' }>): void {
    this.#commits = driver.commits
    this.#barriers = driver.barriers
    this.#foundTracker(driver.tracker)
  }

  /** @throws TROUPE_SPARK_FETCH_FAILED when an output is not registered or the driver does not answer. */
  async locate(shuffleId: number, reducePartition: number): Promise<readonly BlockLocation[]> {
    const failure = { shuffleId, mapAttempt: -1, reducePartition, executorId: '' }
    const tracker = await this.#tracker
    const { answer, servers } = await this.#ask(tracker, shuffleId, reducePartition)
    for (const [executorId, ref] of servers) this.#addServer(executorId, ref)
    if (answer.type === 'blocks') return answer.blocks
    const { mapPartition } = answer
    throw new FetchFailedError({ kind: 'unregistered', ...failure, mapPartition })
  }

  /** Whether a try may commit its output. Asking twice does no harm. */
  async mayCommit(request: CommitRequest): Promise<CommitAnswer> {
    const commits = this.#commits
    if (commits === undefined) return { isAllowed: false, reason: 'the driver is not there' }
    return repeated(() =>
      commits.ask<CommitAnswer>((replyTo) => ({ type: 'may-commit', request, replyTo }), {
        timeoutMs: this.#askMs,
      }),
    )
  }

  /**
   * Resolves when all tasks of a barrier stage have asked, or the coordinator says that they won't; asks again as long as
   * there is no answer.
   */
  async sync(request: SyncRequest): Promise<SyncAnswer> {
    const barriers = this.#barriers
    if (barriers === undefined) return { type: 'not-synced', reason: 'the driver is not there' }
    const ask = (): Promise<SyncAnswer> =>
      barriers.ask<SyncAnswer>((replyTo) => ({ type: 'ask-sync', request, replyTo }), {
        timeoutMs: this.#askMs,
      })
    return repeated(ask, Number.POSITIVE_INFINITY)
  }

  /** An executor is gone: what waits for its blocks fails at once. */
  loseServer(executorId: string): void {
    this.#servers.get(executorId)?.lost.abort()
    this.#servers.delete(executorId)
  }

  /** The bytes of a block, in chunks. */
  fetch(block: BlockLocation): AsyncIterable<Uint8Array> {
    if (block.executorId === this.#executorId) return this.#own.stream(block)
    return fetchChunks(block, (offset, lengthBytes) => this.readChunk(block, offset, lengthBytes))
  }

  #addServer(executorId: string, ref: ActorRef<ReadChunk>): void {
    if (this.#servers.has(executorId)) return
    this.#servers.set(executorId, { ref, lost: new AbortController() })
  }

  #ask(
    tracker: ActorRef<LocateBlocks>,
    shuffleId: number,
    reducePartition: number,
  ): Promise<BlocksReply> {
    return repeated(() =>
      tracker.ask<BlocksReply>(
        (replyTo) => ({ type: 'locate-blocks', shuffleId, reducePartition, replyTo }),
        { timeoutMs: this.#askMs },
      ),
    )
  }

  /** @throws TROUPE_SPARK_BLOCK_MISSING, TROUPE_SPARK_BLOCK_CORRUPT, TROUPE_SPARK_EXECUTOR_LOST, and what asks throw */
  async readChunk(block: BlockLocation, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const { executorId, shuffleId, mapPartition, mapAttempt, reducePartition } = block
    const id = { shuffleId, mapPartition, mapAttempt, reducePartition }
    if (executorId === this.#executorId) return this.#own.read(id, offset, lengthBytes)
    const server = this.#servers.get(executorId)
    if (server === undefined) {
      throw new SparkError(
        'TROUPE_SPARK_EXECUTOR_LOST',
        `Executor ${executorId} serves no blocks any more`,
        {
          data: { executorId },
        },
      )
    }
    const reply = await repeated(() =>
      server.ref.ask<ChunkReply>(
        (replyTo) => ({ type: 'read-chunk', block: id, offset, lengthBytes, replyTo }),
        { timeoutMs: this.#askMs, signal: server.lost.signal },
      ),
    )
    if (reply.type === 'chunk') return reply.bytes
    const code =
      reply.code === 'TROUPE_SPARK_BLOCK_CORRUPT' ? reply.code : 'TROUPE_SPARK_BLOCK_MISSING'
    throw new SparkError(code, reply.message, { data: { executorId, ...id } })
  }
}

/** Asks, and asks again when no answer comes in time; reading twice does no harm. */
async function repeated<R>(ask: () => Promise<R>, maxAsks = MAX_ASKS): Promise<R> {
  for (let asked = 1; ; asked += 1) {
    try {
      return await ask()
    } catch (error) {
      if (asked >= maxAsks || !isTroupeError(error, 'TROUPE_ASK_TIMEOUT')) throw error
    }
  }
}
