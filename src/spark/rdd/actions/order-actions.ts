import type { Batches } from '../../batches/index.ts'
import { FirstRows, orderingOf, type OrderProps } from '../ordering.ts'
import type { TaskContext } from '../task-context.ts'

/** The first `limit` rows of a partition by an order. */
export async function takeOrdered(
  rows: Batches<unknown>,
  context: TaskContext,
  props: OrderProps & { readonly limit: number },
): Promise<unknown[]> {
  const first = new FirstRows(props.limit, orderingOf(props))
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    for (let i = 0; i < batch.length; i += 1) first.add(batch[i])
  })
  return first.rows()
}
