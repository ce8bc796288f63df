import type {
  Cassandra,
  CqlNode,
  CqlOptions,
  CqlResult,
  CqlRow,
  CqlSession,
  CqlValue,
} from '../cql.ts'
import { pagesOf } from '../cql-pages.ts'
import { tablesRefused, tablesUnanswered, tablesUnreachable } from '../table-store.ts'
import type { ServerJudges } from './server-judges.ts'

/**
 * What a simulated Cassandra answers to a statement: its rows, and for one with a condition whether it held. What it throws is the statement's
 * failure. There is no CQL in a simulation beside it.
 */
export type CqlAnswers = (
  query: string,
  params: readonly CqlValue[],
  options: CqlOptions,
) => CqlAnswer | Promise<CqlAnswer>

export interface CqlAnswer {
  readonly rows?: readonly CqlRow[]
  readonly wasApplied?: boolean
  readonly pageState?: string
}

const NODE: CqlNode = { address: 'cassandra:9042', dataCenter: 'here', rack: 'one', isUp: true }
const failures = {
  refused: tablesRefused,
  unreachable: tablesUnreachable,
  unanswered: tablesUnanswered,
} as const

/** A Cassandra of a simulated world, of one node, as far as a program answers for it; judges of its table store judge this too, as `execute` of a statement. */
export class MemoryCassandra implements Cassandra {
  readonly #judges: ServerJudges
  #answers: CqlAnswers | undefined

  constructor(judges: ServerJudges) {
    this.#judges = judges
  }

  /** Has `answers` answer; returns the way to end that. */
  serve(answers: CqlAnswers): () => void {
    this.#answers = answers
    return () => {
      if (this.#answers === answers) this.#answers = undefined
    }
  }

  async connect(): Promise<CqlSession> {
    await this.#judges.asked('open', '', failures, () => Promise.resolve())
    const execute: CqlSession['execute'] = (query, params = [], options = {}) =>
      this.#judges.asked('execute', query, failures, () => this.#answer(query, params, options))
    return {
      execute,
      async batch(queries, options = {}) {
        let last: CqlResult = resultOf({})
        for (const { query, params } of queries) last = await execute(query, params, options)
        return last
      },
      pages: (query, params = [], options = {}) => pagesOf({ execute }, query, params, options),
      ring: () =>
        Promise.resolve({
          partitioner: 'Murmur3Partitioner',
          nodes: [NODE],
          ranges: [{ start: undefined, end: undefined, replicas: [NODE.address] }],
        }),
      token: () => undefined,
      close: () => Promise.resolve(),
    }
  }

  async #answer(
    query: string,
    params: readonly CqlValue[],
    options: CqlOptions,
  ): Promise<CqlResult> {
    if (this.#answers === undefined) {
      throw tablesRefused(query, 'in a simulation there is no CQL but what world.serveCql answers')
    }
    return resultOf(await this.#answers(query, params, options))
  }
}

function resultOf({ rows = [], wasApplied = true, pageState }: CqlAnswer): CqlResult {
  const columns = Object.keys(rows[0] ?? {}).map((name) => ({ name, type: 'text' }))
  return { rows, columns, pageState, wasApplied, coordinator: NODE.address }
}
