import test from 'ava'
import fc from 'fast-check'
import type { Shape } from '../../../src/actors/index.ts'
import {
  agentCall,
  agentEvent,
  executorCall,
  schedulerCall,
} from '../../../src/mesos/protocol/index.ts'
import type {
  AgentCall,
  AgentEvent,
  ExecutorCall,
  SchedulerCall,
} from '../../../src/mesos/protocol/index.ts'
import { parseResources, toWire } from '../../../src/mesos/resources/index.ts'
import { oddValue } from '../../actors/hostile/generators.ts'
import * as agents from '../agent/rig.ts'
import { Rig, executor } from '../master/rig.ts'

const id = (value: string): { readonly value: string } => ({ value })
const framework_id = id('M-0000')
const resources = toWire(parseResources('cpus:1;mem:64;ports:[1-9]'))
const task = { name: 't', task_id: id('t'), agent_id: id('M-S0'), resources, executor }
const status = { task_id: id('t'), state: 'TASK_RUNNING', uuid: new Uint8Array(16) }
const framework_info = {
  user: 'u',
  name: 'f',
  roles: ['*'],
  capabilities: [{ type: 'MULTI_ROLE' }],
}

const reserved = {
  name: 'disk',
  type: 'SCALAR',
  scalar: { value: 8 },
  reservations: [
    { type: 'DYNAMIC', role: 'r', principal: 'p', labels: { labels: [{ key: 'k' }] } },
  ],
}
const volume = {
  ...reserved,
  role: 'r',
  reservation: { principal: 'p', labels: { labels: [{ key: 'k' }] } },
  disk: {
    persistence: { id: 'v', principal: 'p' },
    volume: { mode: 'RW', container_path: 'data' },
    source: { type: 'PATH', path: { root: '/d' } },
  },
}

const schedulerCalls: readonly unknown[] = [
  { type: 'SUBSCRIBE', framework_id, subscribe: { framework_info, suppressed_roles: ['*'] } },
  { type: 'TEARDOWN', framework_id },
  {
    type: 'ACCEPT',
    framework_id,
    accept: {
      offer_ids: [id('M-O0')],
      operations: [{ type: 'LAUNCH', launch: { task_infos: [task] } }],
      filters: { refuse_seconds: 1 },
    },
  },
  {
    type: 'ACCEPT',
    framework_id,
    accept: {
      offer_ids: [id('M-O0')],
      operations: [
        { type: 'RESERVE', id: id('1'), reserve: { resources: [reserved], source: resources } },
        { type: 'CREATE', create: { volumes: [volume] } },
        { type: 'GROW_VOLUME', grow_volume: { volume, addition: reserved } },
        { type: 'SHRINK_VOLUME', shrink_volume: { volume, subtract: { value: 1 } } },
        { type: 'DESTROY', id: id('2'), destroy: { volumes: [volume] } },
        { type: 'UNRESERVE', unreserve: { resources: [reserved] } },
      ],
    },
  },
  { type: 'DECLINE', framework_id, decline: { offer_ids: [id('M-O0')], filters: {} } },
  { type: 'REVIVE', framework_id, revive: { roles: ['*'] } },
  { type: 'SUPPRESS', framework_id },
  { type: 'KILL', framework_id, kill: { task_id: id('t'), agent_id: id('M-S0') } },
  { type: 'SHUTDOWN', framework_id, shutdown: { executor_id: id('e'), agent_id: id('M-S0') } },
  {
    type: 'ACKNOWLEDGE',
    framework_id,
    acknowledge: { agent_id: id('M-S0'), task_id: id('t'), uuid: new Uint8Array(16) },
  },
  { type: 'RECONCILE', framework_id, reconcile: { tasks: [{ task_id: id('t') }] } },
  {
    type: 'RECONCILE_OPERATIONS',
    framework_id,
    reconcile_operations: { operations: [{ operation_id: id('1'), agent_id: id('M-S0') }] },
  },
  {
    type: 'ACKNOWLEDGE_OPERATION_STATUS',
    framework_id,
    acknowledge_operation_status: {
      agent_id: id('M-S0'),
      operation_id: id('1'),
      uuid: new Uint8Array(16),
    },
  },
  {
    type: 'MESSAGE',
    framework_id,
    message: { agent_id: id('M-S0'), executor_id: id('e'), data: new Uint8Array(3) },
  },
]

const agentCalls: readonly unknown[] = [
  {
    type: 'REGISTER',
    register: {
      agent_info: { hostname: 'h', resources, id: id('M-S0'), attributes: [] },
      incarnation: 'i',
      epoch: 0,
      tasks: [{ framework_id, task, state: 'TASK_RUNNING' }],
      executors: [{ framework_id, executor }],
      frameworks: [{ framework_id, framework_info }],
      checkpointed_resources: [reserved, volume],
    },
  },
  {
    type: 'UPDATE_OPERATION_STATUS',
    update_operation_status: {
      framework_id,
      status: { operation_id: id('1'), state: 'OPERATION_FINISHED' },
    },
  },
  { type: 'UPDATE', update: { framework_id, status, latest_state: 'TASK_RUNNING' } },
  {
    type: 'EXECUTOR_TERMINATED',
    executor_terminated: { framework_id, executor_id: id('e'), status: 9 },
  },
  { type: 'MESSAGE', message: { framework_id, executor_id: id('e'), data: new Uint8Array(1) } },
  { type: 'UNREGISTER' },
]

const { executor_id } = agents.ids
const ofF = agents.ids.framework_id
const agentEvents: readonly unknown[] = [
  {
    type: 'REGISTERED',
    epoch: 1,
    registered: { agent_id: id('S'), heartbeat_interval_seconds: 1, lease_seconds: 5 },
  },
  { type: 'REFUSED', epoch: 1, refused: { reason: 'removed', message: 'm' } },
  {
    type: 'LAUNCH',
    epoch: 1,
    launch: { framework_id: ofF, framework_info, task: { ...task, agent_id: id('S') } },
  },
  {
    type: 'CHECKPOINT_RESOURCES',
    epoch: 1,
    checkpoint_resources: {
      resources: [volume],
      operations: [
        {
          framework_id: ofF,
          operation: { type: 'CREATE', id: id('1'), create: { volumes: [volume] } },
        },
      ],
    },
  },
  {
    type: 'ACKNOWLEDGE_OPERATION',
    epoch: 1,
    acknowledge_operation: {
      framework_id: ofF,
      operation_id: id('1'),
      uuid: new Uint8Array(16),
    },
  },
  { type: 'KILL', epoch: 1, kill: { framework_id: ofF, task_id: id('t') } },
  { type: 'SHUTDOWN_EXECUTOR', epoch: 1, shutdown_executor: { framework_id: ofF, executor_id } },
  { type: 'SHUTDOWN_FRAMEWORK', epoch: 1, shutdown_framework: { framework_id: ofF } },
  {
    type: 'ACKNOWLEDGE',
    epoch: 1,
    acknowledge: { framework_id: ofF, task_id: id('t'), uuid: new Uint8Array(16) },
  },
]

const executorCalls: readonly unknown[] = [
  {
    type: 'SUBSCRIBE',
    ...agents.ids,
    subscribe: { unacknowledged_tasks: [task], unacknowledged_updates: [{ status }] },
  },
  { type: 'UPDATE', ...agents.ids, update: { status } },
  { type: 'MESSAGE', ...agents.ids, message: { data: new Uint8Array(2) } },
]

interface Spoiling {
  readonly at: number
  readonly value: unknown
}

/** Puts a value at one of the places of a call, or takes that place away. */
function spoilt(call: unknown, { at, value }: Spoiling): unknown {
  const copy = structuredClone(call)
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = []
  const visit = (holder: Record<string, unknown>): void => {
    for (const [key, item] of Object.entries(holder)) {
      if (key !== 'type') places.push({ holder, key })
      const isHolder = typeof item === 'object' && item !== null && !ArrayBuffer.isView(item)
      if (isHolder) visit(item as Record<string, unknown>)
    }
  }
  visit(copy as Record<string, unknown>)
  const place = places[at % Math.max(1, places.length)]
  if (place !== undefined) place.holder[place.key] = value
  return copy
}

function calls(templates: readonly unknown[], shape: Shape): fc.Arbitrary<unknown[]> {
  const one = fc
    .tuple(
      fc.constantFrom(...templates),
      fc.array(fc.record({ at: fc.nat(200), value: oddValue }), { maxLength: 2 }),
    )
    .map(([call, spoilings]) => spoilings.reduce(spoilt, call))
  return fc.array(one, { minLength: 1, maxLength: 8 }).map((some) => some.filter(shape))
}

test('every template is a call by its shape', (t) => {
  t.true(schedulerCalls.every(schedulerCall))
  t.true(agentCalls.every(agentCall))
  t.true(agentEvents.every(agentEvent))
  t.true(executorCalls.every(executorCall))
})

test('a master takes every call of a scheduler or an agent that has the shape of one', (t) => {
  fc.assert(
    fc.property(
      calls(schedulerCalls, schedulerCall),
      calls(agentCalls, agentCall),
      (ofSchedulers, ofAgents) => {
        const { rig } = Rig.withTasks(['t'])
        const count = Math.max(ofSchedulers.length, ofAgents.length)
        for (let i = 0; i < count; i++) {
          if (i < ofSchedulers.length) rig.scheduler('f', ofSchedulers[i] as SchedulerCall)
          if (i < ofAgents.length) rig.agent('a', ofAgents[i] as AgentCall)
        }
        rig.subscribe('g').register('b')
        t.true(rig.state.agents.size > 0)
      },
    ),
    { numRuns: 400 },
  )
})

test('an agent takes every event and every call of an executor that has the shape of one', (t) => {
  fc.assert(
    fc.property(
      calls(agentEvents, agentEvent),
      calls(executorCalls, executorCall),
      (events, ofExecutors) => {
        const rig = new agents.Rig().registered().launch('t')
        for (const event of events) {
          rig.apply({ type: 'master-event', event: event as AgentEvent })
        }
        for (const call of ofExecutors) {
          rig.apply({ type: 'executor-call', connection: 'x', call: call as ExecutorCall })
        }
        t.pass()
      },
    ),
    { numRuns: 400 },
  )
})
