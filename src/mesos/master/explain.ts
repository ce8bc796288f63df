import { counted, type DecisionNote } from '../../actors/index.ts'
import type { Holding } from '../allocator/index.ts'
import {
  agentSubject,
  allocationSubject,
  executorSubject,
  frameworkSubject,
  offerSubject,
  seeAll,
  taskSubject,
} from '../decision-points.ts'
import type { Operation, TaskInfo, TaskStatus } from '../protocol/index.ts'
import { formatResources, unallocated } from '../resources/index.ts'
import type { TaskEntry } from './state.ts'

/** What became of a holding: an offer, or why none. */
export function offerNote(
  { frameworkId, agentId, resources }: Holding,
  run: number | undefined,
  offered: { readonly id: string; readonly role: string; readonly hostname: string } | string,
): DecisionNote {
  const what = `${formatResources(unallocated(resources))} of agent ${agentId}`
  const by = run === undefined ? 'the allocator' : `allocation ${run}`
  const concerns = [frameworkSubject(frameworkId), agentSubject(agentId)]
  return {
    asked: `What becomes of ${what}, which ${by} holds for framework ${frameworkId}?`,
    ...(typeof offered === 'string'
      ? { chosen: 'no offer', because: offered, about: [] }
      : {
          chosen: `offer ${offered.id}, sent to the framework in role ${offered.role}`,
          because: `framework and agent (host ${offered.hostname}) are both connected`,
          about: [offerSubject(offered.id)],
        }),
    concerns,
    ...(run !== undefined && { see: seeAll([allocationSubject(run)]) }),
  }
}

/** How an ACCEPT was answered. */
export interface AcceptOutcome {
  readonly frameworkId: string
  readonly agentId: string | undefined
  readonly offerIds: readonly string[]
  /** What is wrong with the offers; then none was used. */
  readonly problem: string | undefined
  readonly launched: readonly TaskInfo[]
  readonly refused: readonly { readonly task: TaskInfo; readonly reason: string }[]
  /** Operations on the resources themselves that were carried out, and those that were not. */
  readonly applied: readonly Operation['type'][]
  readonly dropped: readonly { readonly operation: Operation['type']; readonly reason: string }[]
  /** What is left of the offers, and for how long the framework does not want it. */
  readonly left: string
  readonly refuseMs: number
}

/** Which tasks of an ACCEPT were launched and which operations carried out, and why the others were not. */
export function acceptNote(outcome: AcceptOutcome): DecisionNote {
  const { frameworkId, agentId, offerIds, problem, left, refuseMs } = outcome
  const { launched, refused, applied, dropped } = outcome
  const refusals = [
    ...refused.map(({ task, reason }) => ({ candidate: `task ${task.task_id.value}`, reason })),
    ...dropped.map(({ operation, reason }) => ({ candidate: operation, reason })),
  ]
  const rejected = new Map<string, number>()
  for (const { reason } of refusals) rejected.set(reason, (rejected.get(reason) ?? 0) + 1)
  const tasks = [...launched, ...refused.map(({ task }) => task)]
  const executors = tasks.flatMap(({ executor }) => executor?.executor_id.value ?? [])
  const names = launched.map(({ task_id }) => task_id.value).join(', ')
  const done = [...applied, ...(names === '' ? [] : [`task ${names}`])]
  const operations = applied.length + dropped.length
  const wanted = `${counted(tasks.length, 'task')}${operations === 0 ? '' : ` and ${counted(operations, 'operation')}`}`
  const rest =
    left === ''
      ? ''
      : `; the ${left} that are left go back and are not offered to it again for ${refuseMs} ms`
  return {
    asked: `What is launched out of ${offersOf(offerIds)}, accepted by framework ${frameworkId} for ${wanted}?`,
    chosen: done.length === 0 ? `nothing${rest}` : `${done.join(', ')} on agent ${agentId}${rest}`,
    because: problem ?? (done.length === 0 ? 'no task was in order' : 'it fits into them'),
    considered: tasks.length + operations,
    rejected: Object.fromEntries(rejected),
    samples: refusals,
    about: [
      ...offerIds.map(offerSubject),
      ...tasks.map(({ task_id }) => taskSubject(frameworkId, task_id.value)),
      ...[...new Set(executors)].map((id) => executorSubject(frameworkId, id)),
    ],
    concerns: [
      frameworkSubject(frameworkId),
      ...(agentId === undefined ? [] : [agentSubject(agentId)]),
    ],
    see: seeAll([
      ...offerIds.map(offerSubject),
      ...(agentId === undefined ? [] : [agentSubject(agentId)]),
    ]),
  }
}

/** An offer that was not used. */
export function declineNote(
  offerId: string,
  frameworkId: string,
  left: string,
  refuseMs: number,
): DecisionNote {
  return {
    asked: `What becomes of offer ${offerId}, declined by framework ${frameworkId}?`,
    chosen:
      refuseMs > 0
        ? `its ${left} go back, and a filter keeps them from this framework for ${refuseMs} ms`
        : `its ${left} go back, with no filter`,
    because: 'the framework said so',
    about: [offerSubject(offerId)],
    concerns: [frameworkSubject(frameworkId)],
  }
}

/** An offer that was taken back. */
export function rescindNote(
  offerId: string,
  { frameworkId, agentId }: Holding,
  why: string,
): DecisionNote {
  return {
    asked: `Does offer ${offerId} to framework ${frameworkId} still stand?`,
    chosen: 'no, it is rescinded',
    because: why,
    about: [offerSubject(offerId)],
    see: seeAll([agentSubject(agentId)]),
  }
}

/** A task's new state, and who says so. */
export function statusNote(
  { frameworkId, agentId, info }: Pick<TaskEntry, 'frameworkId' | 'agentId' | 'info'>,
  { state, reason, message, source }: Pick<TaskStatus, 'state' | 'reason' | 'message' | 'source'>,
): DecisionNote {
  const id = info.task_id.value
  const why = [reason, message].filter((word) => word !== undefined && word !== '').join(': ')
  const executor = info.executor?.executor_id.value
  return {
    asked: `What is the state of task ${id} of framework ${frameworkId}?`,
    chosen: state,
    because: `${sources[source ?? ''] ?? 'its agent'} says so${why === '' ? '' : ` (${why})`}`,
    about: [
      taskSubject(frameworkId, id),
      ...(executor === undefined ? [] : [executorSubject(frameworkId, executor)]),
    ],
    concerns: [agentSubject(agentId), frameworkSubject(frameworkId)],
    see: seeAll([agentSubject(agentId)]),
  }
}

const sources: Readonly<Record<string, string>> = {
  SOURCE_MASTER: 'the master',
  SOURCE_AGENT: 'its agent',
  SOURCE_EXECUTOR: 'its executor',
}

/** What became of an agent's place in the cluster. */
export function agentNote(agentId: string, chosen: string, why: string): DecisionNote {
  return {
    asked: `What is agent ${agentId} to the cluster?`,
    chosen,
    because: why,
    about: [agentSubject(agentId)],
  }
}

/** What became of a framework. */
export function frameworkNote(frameworkId: string, chosen: string, why: string): DecisionNote {
  return {
    asked: `What is framework ${frameworkId} to the cluster?`,
    chosen,
    because: why,
    about: [frameworkSubject(frameworkId)],
  }
}

function offersOf(ids: readonly string[]): string {
  return ids.length === 0 ? 'no offer' : `offer ${ids.join(', ')}`
}
