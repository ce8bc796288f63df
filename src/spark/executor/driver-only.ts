import { SparkError } from '../errors.ts'

let isExecutor = false

/** Called by the main modules of executors and of task threads: here runs code that was sent. */
export function markExecutor(): void {
  isExecutor = true
}

/**
 * A module that a user's function imports is loaded where the function runs; one that makes a context would start an
 * application of its own in every task thread.
 *
 * @throws TROUPE_SPARK_NESTED_RDD on an executor
 */
export function checkDriver(): void {
  if (!isExecutor) return
  throw new SparkError(
    'TROUPE_SPARK_NESTED_RDD',
    'A SparkContext is made on an executor, by a module that a function imports. Make it in the main module, ' +
      'and keep the functions that travel in modules which do not import that one',
  )
}
