import test from 'ava'
import { fit } from '../../../src/cli/execute/fit.ts'
import { frameworkOf, groupExecutor, type Order } from '../../../src/cli/execute/order.ts'
import {
  initialExecuteState,
  stepExecute,
  type ExecuteEffect,
  type ExecuteEvent,
  type ExecuteState,
} from '../../../src/cli/execute/step.ts'
import {
  parseResources,
  toWire,
  type Offer,
  type TaskState,
  type TaskStatus,
} from '../../../src/mesos/index.ts'

const wanted = (text: string): Order['tasks'][number]['resources'] =>
  toWire(parseResources(text), 'old')

const order = (resources: string, ...names: readonly string[]): Order => ({
  offerTimeoutMs: 5000,
  tasks: (names.length === 0 ? ['job'] : names).map((name) => ({
    name,
    task_id: { value: name },
    resources: wanted(resources),
    command: { value: 'true' },
  })),
})

const offer = (resources: string, agent = 'S0'): Offer => ({
  id: { value: `offer-of-${agent}` },
  framework_id: { value: 'F' },
  agent_id: { value: agent },
  hostname: `host-${agent}`,
  resources: wanted(resources),
})

const framework = frameworkOf({
  name: 'job',
  user: 'me',
  role: '*',
  capabilities: [],
  checkpoint: false,
})

const subscribed: ExecuteEvent = {
  type: 'SUBSCRIBED',
  subscribed: { framework_id: { value: 'F' } },
}
const offers = (...all: readonly Offer[]): ExecuteEvent => ({
  type: 'OFFERS',
  offers: { offers: all },
})
const update = (name: string, state: TaskState, more: Partial<TaskStatus> = {}): ExecuteEvent => ({
  type: 'UPDATE',
  update: { status: { task_id: { value: name }, state, ...more } },
})

/** The state after the events, and the effects of the last of them. */
function after(
  from: Order,
  ...events: readonly ExecuteEvent[]
): readonly [ExecuteState, readonly ExecuteEffect[]] {
  let state = initialExecuteState(from, framework)
  let effects: readonly ExecuteEffect[] = []
  for (const event of events) [state, effects] = stepExecute(state, event)
  return [state, effects]
}

const said = (effects: readonly ExecuteEffect[]): string =>
  effects.flatMap((one) => (one.type === 'say' ? [one.text] : [])).join('\n')
const calls = (effects: readonly ExecuteEffect[]): readonly string[] =>
  effects.flatMap((one) => (one.type === 'call' ? [one.call.type] : []))
const codeOf = (effects: readonly ExecuteEffect[]): number | undefined =>
  effects.flatMap((one) => (one.type === 'end' ? [one.code] : []))[0]

for (const [name, offered, asked, what] of [
  ['too little of one', 'cpus:1;mem:512', 'cpus:2;mem:128', 'cpus: 2 wanted, 1 offered'],
  ['nothing of one', 'cpus:1', 'cpus:1;gpus:1', 'gpus: 1 wanted, 0 offered'],
  [
    'other ports',
    'cpus:1;ports:[31000-31005]',
    'cpus:1;ports:[31004-31006]',
    'ports: [31004-31006] wanted, not offered',
  ],
  [
    'other members of a set',
    'cpus:1;zones:{a,b}',
    'cpus:1;zones:{a,c}',
    'zones: {a, c} wanted, not offered',
  ],
] as const) {
  test(`an offer with ${name} does not fit, and it is told why`, (t) => {
    t.deepEqual(fit(order(asked), offer(offered), false), { type: 'lacks', what })
  })
}

test('a task gets ranges and sets out of what is offered, and what is reserved before the rest', (t) => {
  const found = fit(
    order('cpus:3;ports:[31001-31002];zones:{b}'),
    offer('cpus:2;cpus(ads):2;mem:64;ports(ads):[31000-31005];zones:{a,b}'),
    false,
  )
  if (found.type === 'lacks') return t.fail(found.what)
  const taken = found.tasks[0]?.resources.map(({ name, role }) => `${name} ${role ?? ''}`)
  t.deepEqual(taken?.toSorted(), ['cpus *', 'cpus ads', 'ports ads', 'zones *'])
})

test('a group fits only with its executor, and two of its tasks do not share a port', (t) => {
  const group = (resources: string): Order => ({
    ...order(resources, 'a', 'b'),
    executor: groupExecutor('a'),
  })
  const small = fit(group('cpus:1;mem:32'), offer('cpus:2;mem:512;disk:64'), false)
  t.deepEqual(small, { type: 'lacks', what: 'cpus: 2.1 wanted, 2 offered' })
  const large = offer('cpus:4;mem:512;disk:64;ports:[1-1]')
  const found = fit(group('cpus:1;mem:32'), large, false)
  t.is(found.type, 'fits')
  t.is(fit(group('cpus:1;ports:[1-1]'), large, false).type, 'lacks')
})

test('the first offer that fits is taken, the others are declined, and no more are wanted', (t) => {
  const all = offers(offer('cpus:1', 'S0'), offer('cpus:4', 'S1'), offer('cpus:8', 'S2'))
  const [state, effects] = after(order('cpus:2'), subscribed, all)
  t.deepEqual(calls(effects), ['DECLINE', 'ACCEPT', 'DECLINE', 'SUPPRESS'])
  t.is(
    said(effects),
    "Declined an offer of agent host-S0 (S0): cpus: 2 wanted, 1 offered\nSubmitted task 'job' to agent 'S1'",
  )
  t.is(state.phase, 'launched')
})

test('the same refusal is told once, and again at the end', (t) => {
  const small = offers(offer('cpus:1'))
  const [, again] = after(order('cpus:2'), subscribed, small, small)
  t.deepEqual([calls(again), said(again)], [['DECLINE'], ''])
  const [, end] = after(order('cpus:2'), subscribed, small, { type: 'patience-over' })
  t.regex(said(end), /no offer was large enough\n {2}host-S0 \(S0\): cpus: 2 wanted, 1 offered$/)
  t.is(codeOf(end), 1)
})

test('without offers, and without a master, it says so', (t) => {
  const [, noOffers] = after(order('cpus:1'), subscribed, { type: 'patience-over' })
  t.regex(said(noOffers), /within 5 s .*no agent has anything free for role '\*'$/)
  const problem: ExecuteEvent = { type: 'session-problem', text: 'nobody is there' }
  const [, noMaster] = after(order('cpus:1'), problem, problem, { type: 'patience-over' })
  t.regex(said(noMaster), /no session with the master: nobody is there$/)
  t.is(codeOf(noMaster), 1)
})

const launched = [subscribed, offers(offer('cpus:4;mem:512;disk:64'))] as const
for (const [state, code] of [
  ['TASK_FINISHED', 0],
  ['TASK_FAILED', 1],
  ['TASK_KILLED', 1],
  ['TASK_ERROR', 1],
  ['TASK_LOST', 1],
  ['TASK_DROPPED', 1],
  ['TASK_GONE', 1],
] as const) {
  test(`${state} ends it with ${code}`, (t) => {
    const [, effects] = after(order('cpus:1'), ...launched, update('job', state))
    t.is(codeOf(effects), code)
  })
}

test('a status is told as mesos-execute does', (t) => {
  const more = {
    message: 'Command exited with status 2',
    source: 'SOURCE_EXECUTOR',
    reason: 'REASON_COMMAND_EXECUTOR_FAILED',
    healthy: false,
  } as const
  const [, effects] = after(order('cpus:1'), ...launched, update('job', 'TASK_FAILED', more))
  t.deepEqual(said(effects).split('\n'), [
    "Received status update TASK_FAILED for task 'job'",
    "  message: 'Command exited with status 2'",
    '  source: SOURCE_EXECUTOR',
    '  reason: REASON_COMMAND_EXECUTOR_FAILED',
    '  healthy?: false',
  ])
})

test('a group is over when all of it is, and well only when all of it went well', (t) => {
  const group: Order = { ...order('cpus:1', 'a', 'b'), executor: groupExecutor('a') }
  const [running, first] = after(group, ...launched, update('a', 'TASK_FINISHED'))
  t.is(running.phase, 'launched')
  t.is(codeOf(first), undefined)
  const [, end] = stepExecute(running, update('b', 'TASK_FAILED'))
  t.is(codeOf(end), 1)
})

test('who interrupts has it killed, and hears 130 when it is over', (t) => {
  const running = [...launched, update('job', 'TASK_RUNNING')]
  const [state, effects] = after(order('cpus:1'), ...running, { type: 'interrupted' })
  t.deepEqual(calls(effects), ['KILL'])
  t.is(said(effects), "Asked to kill task 'job'")
  t.is(codeOf(stepExecute(state, update('job', 'TASK_KILLED'))[1]), 130)
  t.is(codeOf(after(order('cpus:1'), subscribed, { type: 'interrupted' })[1]), 130)
})

test('it is killed so long after its start as was asked for', (t) => {
  const brief: Order = { ...order('cpus:1'), killAfterMs: 3000 }
  const [state, effects] = after(brief, ...launched, update('job', 'TASK_RUNNING'))
  t.deepEqual(effects.at(-1), { type: 'start-kill-timer', ms: 3000 })
  const [, again] = stepExecute(state, update('job', 'TASK_RUNNING'))
  t.false(again.some(({ type }) => type === 'start-kill-timer'))
  t.deepEqual(calls(stepExecute(state, { type: 'kill-due' })[1]), ['KILL'])
})

test('an error of the master is the end; what comes after the end changes nothing', (t) => {
  const [state, effects] = after(order('cpus:1'), { type: 'ERROR', error: { message: 'no' } })
  t.is(said(effects), 'Received an ERROR event: no')
  t.is(codeOf(effects), 1)
  t.deepEqual(stepExecute(state, { type: 'interrupted' }), [state, []])
})
