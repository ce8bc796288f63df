import { counters, keyValue, timeSeries } from './tables.ts'
import { collections, wideRows } from './statements.ts'
import type { Operation, PreparedWorkload, Workload } from './workload.ts'

const PARTS: Readonly<Record<string, Workload>> = {
  'key-value': keyValue,
  'time-series': timeSeries,
  'wide-rows': wideRows,
  collections,
  counters,
}

/** Several of the others at once, each on its own table. Their operations are named `key-value.read` and so on. */
export const mixed: Workload = {
  description: 'key-value, time-series, wide-rows, collections and counters at once',
  // Those of one name mean the same in all of them.
  params: Object.assign({}, ...Object.values(PARTS).map(({ params }) => params)) as Readonly<
    Record<string, string>
  >,
  weights: Object.fromEntries(
    Object.entries(PARTS).flatMap(([name, { weights = {} }]) =>
      Object.entries(weights).map(([operation, weight]) => [`${name}.${operation}`, weight]),
    ),
  ),
  async schema(context) {
    for (const part of Object.values(PARTS)) await part.schema(context)
  },
  async prepare(context) {
    const prepared: [string, PreparedWorkload][] = []
    for (const [name, part] of Object.entries(PARTS)) {
      prepared.push([name, await part.prepare(context)])
    }
    const operations = Object.fromEntries(
      prepared.flatMap(([name, part]) =>
        Object.entries(part.operations).map(([operation, run]): [string, Operation] => [
          `${name}.${operation}`,
          run,
        ]),
      ),
    )
    const loads = prepared.flatMap(([, { load, loadCount = 0 }]) =>
      load === undefined ? [] : [{ load, loadCount }],
    )
    return {
      operations,
      async load(row) {
        for (const { load, loadCount } of loads) if (row <= loadCount) await load(row)
      },
      loadCount: Math.max(...loads.map(({ loadCount }) => loadCount)),
    }
  },
}
