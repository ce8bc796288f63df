import test from 'ava'
import { accountOfTask } from '../../../src/mesos/master/explain-task.ts'
import { Rig, task } from './rig.ts'

function told(rig: Rig, wanted: string): string {
  return accountOfTask(rig.state, wanted, (subject) => [`(${subject})`]).join('\n')
}

const aware = { capabilities: [{ type: 'PARTITION_AWARE' as const }] }

test('of a task that was launched it is told where, with what, and that nobody has spoken yet', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('one'))
  t.is(
    told(rig, 'task one'),
    'task one of framework M-0000 (f) is TASK_STAGING on agent M-S0 (a): its framework launched it there with cpus:1;mem:64, out of an offer for role *. Nobody has said anything of it since: its executor has yet to start, or to take it.',
  )
  rig.apply({ type: 'disconnected', connection: 'a' })
  t.regex(told(rig, 'task one'), /Whether the agent got it is not known: it is disconnected/)
})

test('of a task that runs it is told what it was before, and that its end was asked for', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('one')).update('one', 'TASK_STARTING', 1).update('one', 'TASK_RUNNING', 2)
  rig.scheduler('f', {
    type: 'KILL',
    framework_id: { value: 'M-0000' },
    kill: { task_id: { value: 'one' } },
  })
  t.regex(told(rig, 'task one'), /is TASK_RUNNING on agent .* Its framework has asked to kill it\./)
  t.regex(told(rig, 'task one'), /Before that it was TASK_STARTING/)
})

test('of a task that is over it is told how it ended and who said so', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.scheduler('f', { type: 'TEARDOWN', framework_id: { value: 'M-0000' } })
  t.regex(
    told(rig, 'task one'),
    /does not run any more: it has ended as TASK_KILLED on agent M-S0 \(a\), as the master said at .*REASON_FRAMEWORK_REMOVED: Framework M-0000 removed/,
  )
})

test('of a task that has ended and was not acknowledged both are told', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.update('one', 'TASK_FINISHED', 2)
  t.regex(told(rig, 'task one'), /has ended as TASK_FINISHED .*has not acknowledged that yet/)
})

for (const [info, state] of [
  [aware, 'TASK_UNREACHABLE'],
  [{}, 'TASK_LOST'],
] as const) {
  test(`of a task out of reach it is told since when, and that it is ${state}`, (t) => {
    const { rig } = Rig.withTasks(['one'], info)
    rig.apply({ type: 'disconnected', connection: 'a' })
    rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
    const lines = told(rig, 'task one')
    t.regex(lines, /is out of reach since 1970-01-01T00:00:01\.000Z: agent M-S0 did not come back/)
    t.regex(lines, new RegExp(`To its framework it is ${state}`))
  })
}

test('of a task that was refused the reason is told, and how frameworks stand now', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('big', 'cpus:99'))
  const lines = told(rig, 'task big')
  t.regex(
    lines,
    /A task big of framework M-0000 was refused at .* told TASK_ERROR: Total resources/,
  )
  t.regex(lines, /It was never launched\./)
  t.regex(lines, /framework M-0000 \(f\) has no offer to launch it out of/)
  t.regex(lines, /\(framework M-0000\)/, 'the allocator is asked')
})

test('of a task with an offer that is gone the reason is told', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer).accept(offer, task('late'))
  t.regex(told(rig, 'task late'), /told TASK_LOST: .*Offer M-O0 is no longer valid/)
})

test('of a task that nobody knows it is told who could launch it, and what keeps it', (t) => {
  const { rig } = Rig.withOffer()
  rig.subscribe('g').apply({ type: 'disconnected', connection: 'g' })
  const lines = told(rig, 'task never')
  t.regex(lines, /The master knows of no task never/)
  t.regex(lines, /framework M-0000 \(f\) could launch it, and has not: .*1 offer .*cpus:4;mem:1024/)
  t.regex(lines, /framework M-0001 \(g\) is not connected, so it is offered nothing/)
  t.regex(lines, /\(agent M-S0\)/)
})

test('with nobody there that is told', (t) => {
  t.regex(told(new Rig(), 'task x'), /No framework is subscribed/)
})

test('of anything else, and of the tasks of others, nothing is said', (t) => {
  const { rig } = Rig.withTasks(['one'])
  t.is(told(rig, 'framework M-0000'), '')
  t.is(told(rig, 'task one other'), '')
  t.not(told(rig, 'task one M-0000'), '')
})
