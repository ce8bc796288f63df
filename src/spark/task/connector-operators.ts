import { isActionKnown } from '../rdd/actions/action.ts'
import { isOperatorKnown } from '../rdd/operator-table.ts'

const CASSANDRA = 'cassandra'

/** Loads the connectors whose operators and actions a stage has, so that executors without such a stage do not. */
export async function loadConnectors(
  operators: readonly string[],
  action: string | undefined,
): Promise<void> {
  const isMissing =
    operators.some((kind) => kind.startsWith(CASSANDRA) && !isOperatorKnown(kind)) ||
    (action?.startsWith(CASSANDRA) === true && !isActionKnown(action))
  if (!isMissing) return
  // eslint-disable-next-line no-restricted-syntax -- of our own package, and known before it runs
  await import('../connectors/cassandra/operators.ts')
}
