import type { HttpReply } from '../../../platform/index.ts'
import type { MasterUpdated, QuotaConfig } from '../../master/index.ts'
import { textReply } from '../answers.ts'
import type { MessageValue } from '../wire/index.ts'
import { removeQuota, setQuota } from './quota.ts'
import type { Route } from './routes.ts'
import { setWeights } from './weights.ts'

const STATUSES = { 'not-found': 404, conflict: 409, forbidden: 403 } as const

/** What an operator is told of what became of his wish. */
export function updatedReply({ problem, kind }: MasterUpdated): HttpReply {
  if (problem === undefined) return textReply(200)
  return textReply(kind === undefined ? 400 : STATUSES[kind], problem)
}

/** The route of a call by which an operator changes something other than an agent's resources; undefined for another call. */
export function updateOf(type: string, body: MessageValue | undefined): Route | undefined {
  return body === undefined ? undefined : UPDATES[type]?.(body)
}

const UPDATES: Readonly<Record<string, (body: MessageValue) => Route>> = {
  TEARDOWN: (body) => ({
    type: 'update',
    update: (replyTo, principal) => ({
      type: 'teardown-framework',
      frameworkId: idOf(body['framework_id']),
      ...(principal !== undefined && { principal }),
      replyTo,
    }),
  }),
  MARK_AGENT_GONE: (body) => ({
    type: 'update',
    needs: [{ action: 'mark_agents_gone' }],
    update: (replyTo) => ({ type: 'mark-agent-gone', agentId: idOf(body['agent_id']), replyTo }),
  }),
  UPDATE_WEIGHTS: (body) => setWeights(body['weight_infos'] as readonly MessageValue[]),
  UPDATE_QUOTA: (body) => {
    const quota_configs = body['quota_configs'] as readonly QuotaConfig[]
    return {
      type: 'update',
      needs: quota_configs.map(({ role }) => ({ action: 'update_quotas', object: role })),
      update: (replyTo) => ({
        type: 'update-quota',
        quota_configs,
        force: body['force'] === true,
        replyTo,
      }),
    }
  },
  SET_QUOTA: (body) => setQuota(body['quota_request'] as MessageValue),
  REMOVE_QUOTA: (body) => removeQuota(String(body['role']), 'Failed to remove quota'),
}

function idOf(id: unknown): string {
  return (id as { readonly value: string }).value
}
