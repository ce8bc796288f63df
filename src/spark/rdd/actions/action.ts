import type { Batches } from '../../batches/index.ts'
import { SparkError } from '../../errors.ts'
import type { TaskContext } from '../task-context.ts'

/** An action as it travels: its kind, and plain data and functions. */
export interface ActionSpec {
  readonly kind: string
  readonly props: unknown
}

/**
 * What an action does with the rows of one partition, on the executor. What it returns is sent to the
 * driver, which puts the results of the partitions together.
 */
export type ActionFunction = (
  rows: Batches<never>,
  context: TaskContext,
  props: never,
) => Promise<unknown>

const table = new Map<string, ActionFunction>()

/** Makes an action known under the kind it travels by. */
export function registerAction(kind: string, action: ActionFunction): void {
  table.set(kind, action)
}

/** Whether an action is known here under this kind. */
export function isActionKnown(kind: string): boolean {
  return table.has(kind)
}

/** Runs an action over one partition. @throws TROUPE_SPARK_OPERATOR_UNKNOWN */
export function runAction(
  spec: ActionSpec,
  rows: Batches<unknown>,
  context: TaskContext,
): Promise<unknown> {
  const action = table.get(spec.kind)
  if (action === undefined) {
    throw new SparkError(
      'TROUPE_SPARK_OPERATOR_UNKNOWN',
      `No action is registered as ${JSON.stringify(spec.kind)}; known are ${[...table.keys()].join(', ')}`,
      { data: { kind: spec.kind } },
    )
  }
  return action(rows as Batches<never>, context, spec.props as never)
}
