import {
  add,
  asConfigured,
  contains,
  describeResources,
  subtract,
  type Resources,
} from '../resources/index.ts'

/**
 * What an agent has: `configured` by its flags, with the reservations and volumes that were made of it later. Or, when
 * the flags don't give what those were made of, the reason in the words of Mesos.
 * @see common/resources_utils.cpp of Apache Mesos, `applyCheckpointedResources`
 */
export function withCheckpointed(
  configured: Resources,
  checkpointed: Resources,
): Resources | string {
  let total = configured
  for (const [key, item] of checkpointed) {
    const one: Resources = new Map([[key, item]])
    const from = asConfigured(one)
    if (!contains(total, from)) {
      return `Incompatible agent resources: ${describeResources(total)} does not contain ${describeResources(from)}`
    }
    total = add(subtract(total, from), one)
  }
  return total
}
