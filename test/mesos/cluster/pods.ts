import type { ExecutorInfo, Offer, TaskInfo } from '../../../src/mesos/index.ts'
import type { Framework } from './cluster.ts'

interface Holder {
  readonly framework: Framework
  readonly offer: Offer
}

export const scalar = (
  name: string,
  value: number,
): {
  readonly name: string
  readonly type: 'SCALAR'
  readonly scalar: { readonly value: number }
} => ({
  name,
  type: 'SCALAR',
  scalar: { value },
})

/** The default executor as a framework names it. */
export function pod({ framework }: Holder, more: Partial<ExecutorInfo> = {}): ExecutorInfo {
  return {
    type: 'DEFAULT',
    executor_id: { value: 'pod' },
    framework_id: { value: framework.id },
    resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 10)],
    ...more,
  }
}

/** Accepts an offer with a group; the rest may come again at once. */
export function launchGroup(
  { framework, offer }: Holder,
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
): void {
  framework.driver.tell({
    type: 'ACCEPT',
    accept: {
      offer_ids: [offer.id],
      operations: [{ type: 'LAUNCH_GROUP', launch_group: { executor, task_group: { tasks } } }],
      filters: { refuse_seconds: 0 },
    },
  })
}
