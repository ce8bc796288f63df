import { PersistentMap } from '../persistent-map.ts'
import type { Registry } from '../registry/index.ts'
import { agentTimer } from './agent-loss.ts'
import type { Change } from './change.ts'
import { quotaOf } from './quota.ts'

/**
 * Takes over what earlier masters have promised: agents they had admitted get their time to come back, those out of reach or
 * gone stay so, quotas and weights count from the first allocation on.
 */
export function recover(change: Change, registry: Registry): void {
  const { epoch, admitted, unreachable, gone, quotas, weights } = registry
  change.state = {
    ...change.state,
    options: { ...change.state.options, epoch },
    recovered: PersistentMap.of(admitted),
    unreachable: PersistentMap.of(unreachable),
    gone: PersistentMap.of(gone),
    quotas: new Map([...quotas.values()].map(quotaOf)),
  }
  if (quotas.size > 0) {
    change.tellAllocator({ type: 'quotas-updated', quotas: change.state.quotas })
  }
  if (weights.size > 0) change.tellAllocator({ type: 'weights-updated', weights })
  const afterMs = change.state.options.agentReregisterTimeoutMs
  for (const agentId of admitted.keys()) {
    change.startTimer(agentTimer(agentId), afterMs, { type: 'agent-expired', agentId })
  }
  change.note('registry-recovered', {
    epoch,
    agents: admitted.size,
    unreachable: unreachable.size,
    gone: gone.size,
    quotas: quotas.size,
    weights: weights.size,
  })
}
