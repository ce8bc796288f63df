import type { AcceptCall, Operation, TaskInfo } from '../protocol/index.ts'
import { add, formatResources, isEmpty, noResources, unallocated } from '../resources/index.ts'
import { executorSubject, points, taskSubject } from '../decision-points.ts'
import type { Change } from './change.ts'
import { acceptNote, type AcceptOutcome } from './explain.ts'
import { droppedState, launch, launchGroup } from './launch.ts'
import { refuseMsOf, takeOffers } from './offers.ts'
import { dropInvalid, dropOperation, operate } from './operate.ts'
import type { FrameworkEntry, OfferEntry } from './state.ts'

/**
 * Uses offers: carries the operations out in their order, each on what those before it have left or made; answers the
 * tasks and operations that are not in order; and gives back what is left with the framework's filter. If any offer is not
 * valid, none is used, and every task and operation is dropped.
 */
export function accept(change: Change, framework: FrameworkEntry, call: AcceptCall): void {
  const { offer_ids, operations, invalid = [], filters } = call.accept
  const offers = takeOffers(change, framework.id, offer_ids)
  const problem = offersProblem(
    offers,
    offer_ids.map(({ value }) => value),
  )
  const [first] = offers
  if (problem !== undefined || first === undefined) {
    for (const { holding } of offers) {
      change.recover(framework.id, holding.agentId, holding.resources)
    }
    const why = problem ?? 'No offers specified'
    const outcome = dropAll(change, framework, operations, why)
    for (const one of invalid) {
      dropOperation(change, framework.id, one, `Operation attempted with invalid offers: ${why}`)
    }
    explain(change, framework.id, { offers, call, ...outcome })
    return
  }
  const agentId = first.holding.agentId
  const frameworkId = framework.id
  change.count({ of: 'offers-taken', frameworkId, how: 'accepted', number: offers.length })
  let pool = offers.map(({ holding }) => holding.resources).reduce(add, noResources)
  const launched: TaskInfo[] = []
  const refused: { readonly task: TaskInfo; readonly reason: string }[] = []
  const applied: Operation['type'][] = []
  const dropped: { readonly operation: Operation['type']; readonly reason: string }[] = []
  const count = (type: Operation['type'], number = 1): void => {
    if (number > 0) change.count({ of: 'operation', frameworkId, type, number })
  }
  for (const one of invalid) dropInvalid(change, frameworkId, agentId, one)
  for (const operation of operations) {
    if (operation.id !== undefined && isLaunch(operation)) {
      const message = `The \`id\` field cannot be set on ${operation.type} operations`
      for (const task of tasksOf(operation)) {
        const reason =
          operation.type === 'LAUNCH' ? 'REASON_TASK_INVALID' : 'REASON_TASK_GROUP_INVALID'
        refused.push({ task, reason: message })
        change.refuseTask(framework.id, task, 'TASK_ERROR', reason, message)
      }
    } else if (operation.type === 'LAUNCH') {
      const before = launched.length
      for (const task of operation.launch.task_infos) {
        const left = launch(change, framework.id, agentId, first.role, pool, task)
        if (typeof left === 'string') refused.push({ task, reason: left })
        else {
          launched.push(task)
          pool = left
        }
      }
      count(operation.type, launched.length - before)
    } else if (operation.type === 'LAUNCH_GROUP') {
      const { executor, task_group } = operation.launch_group
      const { tasks } = task_group
      const { role } = first
      const left = launchGroup(change, framework.id, agentId, role, pool, executor, tasks)
      if (typeof left === 'string') {
        for (const task of tasks) refused.push({ task, reason: left })
      } else {
        launched.push(...tasks)
        count(operation.type)
        pool = left
      }
    } else {
      const after = operate(change, framework.id, agentId, first.role, pool, operation)
      if (typeof after === 'string') dropped.push({ operation: operation.type, reason: after })
      else {
        applied.push(operation.type)
        count(operation.type)
        pool = after
      }
    }
  }
  const refuseMs = refuseMsOf(filters)
  change.recover(framework.id, agentId, pool, refuseMs)
  const left = isEmpty(pool) ? '' : formatResources(unallocated(pool))
  const outcome = { problem: undefined, launched, refused, applied, dropped }
  explain(change, framework.id, { offers, call, ...outcome, left, refuseMs })
}

type Outcome = Pick<AcceptOutcome, 'problem' | 'launched' | 'refused' | 'applied' | 'dropped'>

function dropAll(
  change: Change,
  framework: FrameworkEntry,
  operations: AcceptCall['accept']['operations'],
  why: string,
): Outcome {
  const reason = `Task launched with invalid offers: ${why}`
  const refused = operations.flatMap(tasksOf).map((task) => ({ task, reason }))
  for (const { task } of refused) {
    const state = droppedState(framework.info)
    change.refuseTask(framework.id, task, state, 'REASON_INVALID_OFFERS', reason)
  }
  const dropped: Outcome['dropped'][number][] = []
  for (const operation of operations) {
    if (operation.type === 'LAUNCH' || operation.type === 'LAUNCH_GROUP') continue
    const invalid = `Operation attempted with invalid offers: ${why}`
    dropOperation(change, framework.id, operation, invalid)
    dropped.push({ operation: operation.type, reason: invalid })
  }
  return { problem: reason, launched: [], refused, applied: [], dropped }
}

function explain(
  change: Change,
  frameworkId: string,
  outcome: Outcome & {
    readonly offers: readonly OfferEntry[]
    readonly call: AcceptCall
    readonly left?: string
    readonly refuseMs?: number
  },
): void {
  const { offers, call, left = '', refuseMs = 0, ...rest } = outcome
  const agentId = offers[0]?.holding.agentId
  const offerIds = call.accept.offer_ids.map(({ value }) => value)
  const note = acceptNote({ frameworkId, agentId, offerIds, left, refuseMs, ...rest })
  const subjects = rest.launched.flatMap(({ task_id, executor }) => [
    taskSubject(frameworkId, task_id.value),
    ...(executor === undefined ? [] : [executorSubject(frameworkId, executor.executor_id.value)]),
  ])
  change.decided(points.launch, note, { subjects, agentId })
}

function isLaunch({ type }: Operation): boolean {
  return type === 'LAUNCH' || type === 'LAUNCH_GROUP'
}

function tasksOf(operation: Operation): readonly TaskInfo[] {
  if (operation.type === 'LAUNCH') return operation.launch.task_infos
  if (operation.type === 'LAUNCH_GROUP') return operation.launch_group.task_group.tasks
  return []
}

/** The texts are those of Mesos. @see master/validation.cpp of Apache Mesos, `offer::validate` */
function offersProblem(
  offers: readonly OfferEntry[],
  asked: readonly string[],
): string | undefined {
  if (asked.length === 0) return 'No offers specified'
  const twice = asked.find((id, at) => asked.indexOf(id) !== at)
  if (twice !== undefined) return `Duplicate offer ${twice} in offer list`
  const gone = asked.find((id) => !offers.some(({ offer }) => offer.id.value === id))
  if (gone !== undefined) return `Offer ${gone} is no longer valid`
  const agents = new Set(offers.map((entry) => entry.holding.agentId))
  if (agents.size > 1) return 'Aggregated offers must belong to one single agent'
  const roles = new Set(offers.map((entry) => entry.role))
  if (roles.size > 1) return 'Aggregated offers must be allocated to the same role'
  return undefined
}
