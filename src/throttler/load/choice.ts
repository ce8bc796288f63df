import { SeededStream } from '../generators/index.ts'
import type { RunSpec } from '../run/task-run.ts'
import {
  invalidWorkload,
  type Operation,
  type PreparedWorkload,
  type Workload,
} from '../workloads/index.ts'

/** An operation that a task has chosen for a number. */
export interface ChosenOperation {
  readonly name: string
  readonly run: Operation
}

/** Tells the draws that choose operations apart from those that operations make. */
const CHOICE = 7_919

/**
 * Which operation has which number: by the weights, and the same for the same seed on every agent.
 * @throws TROUPE_THROTTLER_WORKLOAD_INVALID for weights of operations that the workload does not have
 */
export function chooser(
  { seed, workload: { name, weights: given } }: RunSpec,
  { weights: own }: Workload,
  { operations }: PreparedWorkload,
): (index: number) => ChosenOperation {
  const weights = given ?? own ?? Object.fromEntries(Object.keys(operations).map((key) => [key, 1]))
  const chosen = Object.entries(weights).flatMap(([operation, weight]) => {
    const run = operations[operation]
    if (run === undefined || !(weight >= 0)) {
      const known = Object.keys(operations).join(', ')
      throw invalidWorkload(
        name,
        `the weight ${operation}:${weight} is of none of ${known}, or below 0`,
      )
    }
    return weight > 0 ? [{ weight, operation: { name: operation, run } }] : []
  })
  const [first] = chosen
  if (first === undefined)
    throw invalidWorkload(name, 'none of its operations has a weight above 0')
  if (chosen.length === 1) return () => first.operation
  const sum = chosen.reduce((total, { weight }) => total + weight, 0)
  return (index) => {
    let left = new SeededStream(seed, index, CHOICE).float() * sum
    for (const { weight, operation } of chosen) {
      left -= weight
      if (left < 0) return operation
    }
    return first.operation
  }
}
