import type { MasterUpdated } from './protocol.ts'
import { overcommitted, quotaProblem, type QuotaConfig } from './quota.ts'
import type { MasterState } from './state.ts'

/** Why a wish is not fulfilled, and of which kind that is. */
export type Problem = Pick<MasterUpdated, 'kind'> & { readonly problem: string }

/**
 * Why a quota can't be set, or taken away, by one of the old calls: they know guarantees only, and words of their own.
 * @see master/quota_handler.cpp of Apache Mesos
 */
export function oldQuotaProblem(
  state: MasterState,
  configs: readonly QuotaConfig[],
  isForced: boolean,
  only: 'new' | 'known',
): Problem | undefined {
  for (const config of configs) {
    const { role } = config
    const isKnown = state.quotas.has(role)
    if (only === 'known') {
      if (isKnown) continue
      return { problem: `Role '${role}' has no quota set`, kind: 'not-found' }
    }
    if (isKnown) return { problem: `Cannot set quota for role '${role}' which already has quota` }
    const wrong = quotaProblem(state, [config], true)
    if (wrong !== undefined) return { problem: wrong }
    const over = isForced ? undefined : overcommitted(state, [config])
    if (over === undefined) continue
    const how = "Quota guarantees overcommit the cluster (use 'force' to bypass this check)"
    return { problem: `${how}: Total ${over}`, kind: 'conflict' }
  }
  return undefined
}
