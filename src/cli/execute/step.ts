import {
  hasCapability,
  isTerminal,
  type FrameworkInfo,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type TaskState,
  type TaskStatus,
} from '../../mesos/index.ts'
import { fit } from './fit.ts'
import type { Order } from './order.ts'

/** What can happen to an order. */
export type ExecuteEvent =
  | SchedulerDriverEvent
  | { readonly type: 'session-problem'; readonly text: string }
  | { readonly type: 'interrupted' }
  | { readonly type: 'kill-due' }
  | { readonly type: 'patience-over' }

/** What is to be done about it. */
export type ExecuteEffect =
  | { readonly type: 'call'; readonly call: SchedulerDriverMessage }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'start-kill-timer'; readonly ms: number }
  /** Tasks have been handed to an agent: what they write is there. */
  | { readonly type: 'follow'; readonly offer: Offer }
  | { readonly type: 'end'; readonly code: number }

/** How far an order has come. */
export interface ExecuteState {
  readonly order: Order
  readonly framework: FrameworkInfo
  readonly phase: 'looking' | 'launched' | 'over'
  readonly isSubscribed: boolean
  readonly isInterrupted: boolean
  /** Agent → what its latest offer lacked. */
  readonly lacks: ReadonlyMap<string, string>
  /** Why there was no session with the master, the last time. */
  readonly problem: string | undefined
  readonly states: ReadonlyMap<string, TaskState>
}

type Step = readonly [state: ExecuteState, effects: readonly ExecuteEffect[]]

const FAILED = 1
const INTERRUPTED = 130

export const initialExecuteState = (order: Order, framework: FrameworkInfo): ExecuteState => ({
  order,
  framework,
  phase: 'looking',
  isSubscribed: false,
  isInterrupted: false,
  lacks: new Map(),
  problem: undefined,
  states: new Map(),
})

/** What comes next. Texts are those of `mesos-execute`, where it has any. */
export function stepExecute(state: ExecuteState, event: ExecuteEvent): Step {
  if (state.phase === 'over') return [state, []]
  switch (event.type) {
    case 'SUBSCRIBED': {
      const text = `Subscribed with ID ${event.subscribed.framework_id.value}`
      return [{ ...state, isSubscribed: true, problem: undefined }, [say(text)]]
    }
    case 'OFFERS':
      return offers(state, event.offers.offers)
    case 'UPDATE':
      return update(state, event.update.status)
    case 'ERROR':
      return over(state, FAILED, `Received an ERROR event: ${event.error.message}`)
    case 'FAILURE': {
      const { agent_id, executor_id } = event.failure
      const text =
        executor_id === undefined
          ? `Agent '${agent_id?.value ?? ''}' failed`
          : `Executor '${executor_id.value}' on agent '${agent_id?.value ?? ''}' failed`
      return [state, [say(text)]]
    }
    case 'DISCONNECTED': {
      const text = `Disconnected from the master: ${event.reason}`
      return [{ ...state, isSubscribed: false, lacks: new Map() }, [say(text)]]
    }
    case 'session-problem':
      if (event.text === state.problem) return [state, []]
      return [{ ...state, problem: event.text }, [say(`No session with the master: ${event.text}`)]]
    case 'kill-due':
      return kill(state)
    case 'interrupted':
      if (state.phase === 'looking') return over(state, INTERRUPTED, 'Interrupted')
      return kill({ ...state, isInterrupted: true })
    case 'patience-over':
      if (state.phase === 'launched') return [state, []]
      return over(state, FAILED, whyNot(state))
    default:
      return [state, []]
  }
}

function offers(state: ExecuteState, all: readonly Offer[]): Step {
  const effects: ExecuteEffect[] = []
  const lacks = new Map(state.lacks)
  let next = state
  for (const offer of all) {
    const offer_ids = [offer.id]
    const found =
      next.phase === 'looking'
        ? fit(state.order, offer, hasCapability(state.framework, 'RESERVATION_REFINEMENT'))
        : undefined
    if (found?.type === 'fits') {
      const { tasks, executor } = found
      next = { ...next, phase: 'launched' }
      effects.push({
        type: 'call',
        call: {
          type: 'ACCEPT',
          accept: {
            offer_ids,
            operations: [
              executor === undefined
                ? { type: 'LAUNCH', launch: { task_infos: tasks } }
                : { type: 'LAUNCH_GROUP', launch_group: { executor, task_group: { tasks } } },
            ],
          },
        },
      })
      const names = tasks.map(({ task_id }) => task_id.value)
      const what =
        executor === undefined
          ? `task '${names.join('')}'`
          : `task group with tasks [ ${names.join(', ')} ]`
      effects.push(say(`Submitted ${what} to agent '${offer.agent_id.value}'`))
      effects.push({ type: 'follow', offer })
      continue
    }
    effects.push({ type: 'call', call: { type: 'DECLINE', decline: { offer_ids } } })
    if (found === undefined) continue
    const agent = `${offer.hostname} (${offer.agent_id.value})`
    if (lacks.get(agent) !== found.what) {
      effects.push(say(`Declined an offer of agent ${agent}: ${found.what}`))
    }
    lacks.set(agent, found.what)
  }
  if (next.phase === 'launched' && state.phase === 'looking') {
    effects.push({ type: 'call', call: { type: 'SUPPRESS' } })
  }
  return [{ ...next, lacks }, effects]
}

function update(state: ExecuteState, status: TaskStatus): Step {
  const { task_id, message, source, reason, healthy } = status
  const isFirst = (name: TaskState): boolean =>
    status.state === name && state.states.get(task_id.value) !== name
  const states = new Map(state.states).set(task_id.value, status.state)
  const effects: ExecuteEffect[] = [
    say(
      [
        `Received status update ${status.state} for task '${task_id.value}'`,
        ...(message === undefined ? [] : [`  message: '${message}'`]),
        ...(source === undefined ? [] : [`  source: ${source}`]),
        ...(reason === undefined ? [] : [`  reason: ${reason}`]),
        ...(healthy === undefined ? [] : [`  healthy?: ${String(healthy)}`]),
      ].join('\n'),
    ),
  ]
  const { killAfterMs, tasks } = state.order
  if (isFirst('TASK_RUNNING') && killAfterMs !== undefined) {
    effects.push({ type: 'start-kill-timer', ms: killAfterMs })
  }
  const ended = tasks.map((one) => states.get(one.task_id.value))
  if (!ended.every((one) => one !== undefined && isTerminal(one))) {
    return [{ ...state, states }, effects]
  }
  const isWell = ended.every((one) => one === 'TASK_FINISHED')
  const code = isWell ? 0 : state.isInterrupted ? INTERRUPTED : FAILED
  return [{ ...state, states, phase: 'over' }, [...effects, { type: 'end', code }]]
}

function kill(state: ExecuteState): Step {
  const alive = state.order.tasks
    .map(({ task_id }) => task_id)
    .filter(({ value }) => !isTerminal(state.states.get(value) ?? 'TASK_STAGING'))
  return [
    state,
    alive.flatMap((task_id): ExecuteEffect[] => [
      { type: 'call', call: { type: 'KILL', kill: { task_id } } },
      say(`Asked to kill task '${task_id.value}'`),
    ]),
  ]
}

/** Why nothing was launched in time. */
function whyNot({ order, isSubscribed, lacks, problem, framework }: ExecuteState): string {
  const seconds = order.offerTimeoutMs / 1000
  const head = `Nothing was launched within ${seconds} s (--offer-timeout): `
  if (!isSubscribed) return `${head}no session with the master${problem ? `: ${problem}` : ''}`
  if (lacks.size > 0) {
    const each = [...lacks].map(([agent, what]) => `  ${agent}: ${what}`)
    return [`${head}no offer was large enough`, ...each].join('\n')
  }
  const role = framework.role ?? framework.roles?.join(', ') ?? '*'
  return `${head}no offer has come: no agent has anything free for role '${role}'`
}

function over(state: ExecuteState, code: number, text: string): Step {
  return [{ ...state, phase: 'over' }, [say(text), { type: 'end', code }]]
}

function say(text: string): ExecuteEffect {
  return { type: 'say', text }
}
