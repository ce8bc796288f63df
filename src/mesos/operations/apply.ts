import {
  add,
  contains,
  describeResources,
  subtract,
  unallocated,
  type Resources,
} from '../resources/index.ts'
import {
  allocatedOperation,
  conversionsOf,
  type Conversion,
  type ResourceOperation,
} from './conversions.ts'
import { malformed, operationProblem, type OperationContext } from './validate.ts'

/** An operation that was carried out. */
export interface Applied {
  /** All there was, after it. */
  readonly resources: Resources
  /** What it has made of what, step by step. */
  readonly conversions: readonly Conversion[]
}

/** Why an operation is not carried out: its resources are in no form, it is not in order, or what it takes is not there. */
export interface Refusal {
  readonly kind: 'malformed' | 'invalid' | 'unavailable'
  /** In the words of Mesos. */
  readonly reason: string
}

/**
 * Carries an operation out on `resources`: those of the offers, allocated to the role that the context names, or for an
 * operator all that is free on an agent. Answers with what is there afterwards, or with the reason why it is refused.
 */
export function applyOperation(
  resources: Resources,
  operation: ResourceOperation,
  context: OperationContext,
): Applied | Refusal {
  const planned = planOperation(operation, context)
  if ('kind' in planned) return planned
  const after = convert(resources, planned.conversions)
  if (typeof after === 'string') return { kind: 'unavailable', reason: after }
  if (operation.type === 'DESTROY') {
    const volumes = planned.conversions.map(({ consumed }) => consumed)
    const left = volumes.find((one) => contains(after, one))
    if (left !== undefined) {
      const reason = `Persistent volume ${describeResources(left)} cannot be removed due to additional shared copies`
      return { kind: 'unavailable', reason }
    }
  }
  return { resources: after, conversions: planned.conversions }
}

/** What an operation would make of what, if that is there; or why it is refused in any case. */
export function planOperation(
  operation: ResourceOperation,
  context: OperationContext,
): Pick<Applied, 'conversions'> | Refusal {
  const form = malformed(operation)
  if (form !== undefined) return { kind: 'malformed', reason: form }
  const { role } = context.framework ?? {}
  const meant = role === undefined ? operation : allocatedOperation(operation, role)
  const reason = operationProblem(meant, context)
  return reason === undefined ? { conversions: conversionsOf(meant) } : { kind: 'invalid', reason }
}

/** `resources` after all conversions, or what was not there for one of them. */
export function convert(
  resources: Resources,
  conversions: readonly Conversion[],
): Resources | string {
  let after = resources
  for (const { consumed, converted } of conversions) {
    if (!contains(after, consumed)) {
      return `${describeResources(after)} does not contain ${describeResources(consumed)}`
    }
    after = add(subtract(after, consumed), converted)
  }
  return after
}

/** The same conversions of what an agent has, which knows of no allocation. */
export function unallocatedConversions(conversions: readonly Conversion[]): readonly Conversion[] {
  return conversions.map(({ consumed, converted }) => ({
    consumed: unallocated(consumed),
    converted: unallocated(converted),
  }))
}
