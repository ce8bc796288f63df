import { nodeReadable, type Readable } from '../../platform/index.ts'
import type { ActionOptions } from './actions.ts'
import { resultsOf } from './actions/results.ts'
import { NumberActions } from './number-actions.ts'

/** Options of actions that hand out rows bit by bit. */
export interface StreamOptions extends ActionOptions {
  /** Compute the next partition while the rows of this one are used; false by default. */
  readonly prefetchPartitions?: boolean
}

/** What brings rows to the driver partition by partition, so that its memory need hold only the largest. */
export abstract class StreamActions<T> extends NumberActions<T> implements AsyncIterable<T> {
  /**
   * All rows, in order of partition: a job for each partition, when its turn comes. Who breaks off cancels the job
   * under way. RDDs behind a wide dependency should be cached, or each job computes what is not there any more.
   */
  async *toLocalIterator(
    options: StreamOptions = {},
  ): AsyncGenerator<Awaited<T>, undefined, undefined> {
    const over = new AbortController()
    const signal =
      options.signal === undefined ? over.signal : AbortSignal.any([options.signal, over.signal])
    const total = (await this.partitions()).length
    const fetch = (partition: number): Promise<readonly T[]> => {
      const job = { partitions: [partition], signal, name: 'toLocalIterator' }
      const part = resultsOf<readonly T[]>(this, 'collect', {}, job).then(([rows]) => rows ?? [])
      part.catch(() => {}) // seen when its turn comes
      return part
    }
    try {
      let next = total > 0 ? fetch(0) : undefined
      for (let partition = 1; next !== undefined; partition += 1) {
        const hasMore = partition < total
        const isAhead = hasMore && options.prefetchPartitions === true
        const rows: readonly T[] = await next
        next = isAhead ? fetch(partition) : undefined
        for (const row of rows) yield row
        if (hasMore) next ??= fetch(partition)
      }
    } finally {
      over.abort()
    }
    return undefined
  }

  /** `for await (const row of rdd)`: {@link StreamActions.toLocalIterator}. */
  [Symbol.asyncIterator](): AsyncGenerator<Awaited<T>, undefined, undefined> {
    return this.toLocalIterator()
  }

  /**
   * All rows as a Node stream in object mode. A row that is null or undefined would end the stream: it is a failure of it.
   * Destroying the stream cancels the job under way.
   */
  toReadable(options: StreamOptions = {}): Readable {
    return nodeReadable(this.toLocalIterator(options))
  }
}
