import { SparkError, checkFunction } from '../errors.ts'
import type { RddContext } from './rdd-context.ts'
import type { RDD } from './rdd.ts'

/**
 * The class of one operator. All operators are made the same way, on the driver when a method is called and on
 * an executor when a stage is rebuilt there: from their parents and their props, which hold plain data and
 * the user's functions.
 */
export type OperatorClass = new (
  context: RddContext,
  parents: readonly RDD<never>[],
  props: never,
) => RDD<unknown>

const table = new Map<string, OperatorClass>()

/** Makes an operator known under the kind it travels by. */
export function registerOperator(kind: string, operator: OperatorClass): void {
  table.set(kind, operator)
}

/** Whether an operator is known here under this kind. */
export function isOperatorKnown(kind: string): boolean {
  return table.has(kind)
}

/**
 * The RDD of an operator. The caller vouches for `Result` and for the props, whose type the operator states.
 *
 * @throws TROUPE_SPARK_OPERATOR_UNKNOWN; TROUPE_SPARK_ARGUMENT_INVALID for an `f` that is no function
 */
export function createOperator<Result>(
  kind: string,
  context: RddContext,
  parents: readonly RDD<never>[],
  props: unknown,
): Result {
  const operator = table.get(kind)
  if (operator === undefined) {
    throw new SparkError(
      'TROUPE_SPARK_OPERATOR_UNKNOWN',
      `No operator is registered as ${JSON.stringify(kind)}; known are ${[...table.keys()].join(', ')}`,
      { data: { kind } },
    )
  }
  if (typeof props === 'object' && props !== null && 'f' in props) checkFunction(kind, props.f)
  return new operator(context, parents, props as never) as Result
}
