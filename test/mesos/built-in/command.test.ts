import test from 'ava'
import type { CheckInfo, HealthCheck } from '../../../src/mesos/protocol/index.ts'
import { knowing, playCommand, seconds, task } from './rig.ts'

const launch = { type: 'LAUNCH', launch: { task: task('a') } } as const
const kill = { type: 'KILL', kill: { task_id: { value: 'a' } } } as const
const over = (code?: number, signal?: string) =>
  ({
    type: 'container-over',
    taskId: 'a',
    exit: code === undefined && signal === undefined ? undefined : { code, signal },
  }) as const
const begun = ['a TASK_STARTING', 'a TASK_RUNNING']
const health_check: HealthCheck = { type: 'COMMAND', command: { value: 'true' } }
const check: CheckInfo = { type: 'TCP', tcp: { port: 1 } }

const ends: readonly (readonly [number | undefined, string | undefined, string])[] = [
  [0, undefined, 'a TASK_FINISHED Command exited with status 0'],
  [7, undefined, 'a TASK_FAILED Command exited with status 7'],
  [undefined, 'SIGSEGV', 'a TASK_FAILED Command terminated with signal Segmentation fault'],
  [undefined, undefined, 'a TASK_FAILED Failed to get exit status for Command'],
]
for (const [code, signal, says] of ends) {
  test(`a command that ends by ${code ?? signal ?? 'what nobody knows'} says: ${says}`, (t) => {
    t.deepEqual(playCommand([launch, over(code, signal)]), [begun, [says, 'stop']])
  })
}

test('a command that has ended before its task is handed over is said to have run', (t) => {
  t.deepEqual(playCommand([over(0), launch]), [
    [],
    [...begun, 'a TASK_FINISHED Command exited with status 0', 'stop'],
  ])
})

test('a task that is handed over again runs once', (t) => {
  t.deepEqual(playCommand([launch, launch])[1], [])
})

test('a kill is SIGTERM, then SIGKILL when its grace is over', (t) => {
  t.deepEqual(
    playCommand([launch, kill, { type: 'grace-over', taskId: 'a' }, over(undefined, 'SIGKILL')]),
    [
      begun,
      ['SIGTERM a', 'grace a in 3000'],
      ['SIGKILL a'],
      ['a TASK_KILLED Command terminated with signal Killed', 'stop'],
    ],
  )
})

test('a task that is killed and exits by itself with 0 has been killed', (t) => {
  t.deepEqual(playCommand([launch, kill, over(0)])[2], [
    'a TASK_KILLED Command exited with status 0',
    'stop',
  ])
})

test('the grace is the order’s, or else the task’s, or else three seconds; later orders can only shorten it', (t) => {
  const kill_policy = { grace_period: seconds(20) }
  const launched = { type: 'LAUNCH', launch: { task: task('a', { kill_policy }) } } as const
  const order = (count: number, at: number) =>
    ({
      type: 'KILL',
      at,
      kill: { task_id: { value: 'a' }, kill_policy: { grace_period: seconds(count) } },
    }) as const
  t.deepEqual(
    playCommand([
      launched,
      { ...kill, at: 1000 },
      order(30, 2000),
      order(20, 3000),
      order(5, 3000),
      order(1, 9000),
    ]).slice(1),
    [['SIGTERM a', 'grace a in 20000'], [], [], ['grace a in 3000'], ['grace a in 0']],
  )
})

test('TASK_KILLING is for frameworks that know it, and not when the time to run is over', (t) => {
  const limited = task('a', { max_completion_time: seconds(9) })
  const launched = { type: 'LAUNCH', launch: { task: limited } } as const
  t.deepEqual(playCommand([launch, kill], knowing)[1], [
    'a TASK_KILLING',
    'SIGTERM a',
    'grace a in 3000',
  ])
  t.deepEqual(
    playCommand(
      [launched, { type: 'completion-over', taskId: 'a' }, over(undefined, 'SIGTERM')],
      knowing,
    ),
    [
      [...begun, 'completion a in 9000'],
      ['SIGTERM a', 'grace a in 0'],
      [
        'a TASK_FAILED REASON_MAX_COMPLETION_TIME_REACHED Command terminated with signal Terminated',
        'stop',
      ],
    ],
  )
})

test('a shutdown leaves time to say how the command ended', (t) => {
  t.deepEqual(playCommand([launch, { type: 'SHUTDOWN' }])[1], ['SIGTERM a', 'grace a in 3000'])
  t.deepEqual(playCommand([{ type: 'SHUTDOWN' }]), [['stop']])
})

test('an executor that takes the place of another goes on where that one was', (t) => {
  const container = { containerId: 'c', ranMs: 4000 }
  const info = task('a', { max_completion_time: seconds(9) })
  const found = (state: 'TASK_STARTING' | 'TASK_RUNNING' | 'TASK_KILLING', more: object = {}) =>
    playCommand(
      [{ type: 'found', task: { info, state, container, ...more } }, over(undefined, 'SIGTERM')],
      knowing,
    )
  const [failed, killed] = ['TASK_FAILED', 'TASK_KILLED'].map((state) => [
    `a ${state} Command terminated with signal Terminated`,
    'stop',
  ])
  t.deepEqual(found('TASK_STARTING'), [['a TASK_RUNNING', 'completion a in 5000'], failed])
  t.deepEqual(found('TASK_RUNNING'), [['completion a in 5000'], failed])
  t.deepEqual(found('TASK_RUNNING', { kill: {} }), [
    ['completion a in 5000', 'a TASK_KILLING', 'SIGTERM a', 'grace a in 3000'],
    killed,
  ])
  t.deepEqual(found('TASK_KILLING', { kill: {} }), [
    ['completion a in 5000', 'SIGTERM a', 'grace a in 3000'],
    killed,
  ])
})

test('what checks find is told with what is known already, until the task is to end', (t) => {
  const launched = { type: 'LAUNCH', launch: { task: task('a', { check, health_check }) } } as const
  const health = (healthy: boolean, kills = false) =>
    ({ type: 'task-health', taskId: 'a', healthy, kill: kills }) as const
  const checked = {
    type: 'task-checked',
    taskId: 'a',
    check_status: { type: 'TCP', tcp: { succeeded: true } },
  } as const
  const blank = '{"type":"TCP","tcp":{}}'
  const succeeded = '{"type":"TCP","tcp":{"succeeded":true}}'
  t.deepEqual(
    playCommand([
      launched,
      health(true),
      checked,
      health(false, true),
      checked,
      over(undefined, 'SIGTERM'),
    ]),
    [
      [`a TASK_STARTING ${blank}`, `a TASK_RUNNING ${blank}`, 'start-checks a'],
      [`a TASK_RUNNING REASON_TASK_HEALTH_CHECK_STATUS_UPDATED healthy ${blank}`],
      [`a TASK_RUNNING REASON_TASK_CHECK_STATUS_UPDATED healthy ${succeeded}`],
      [
        `a TASK_RUNNING REASON_TASK_HEALTH_CHECK_STATUS_UPDATED unhealthy ${succeeded}`,
        'stop-checks a',
        'SIGTERM a',
        'grace a in 3000',
      ],
      [],
      [
        'stop-checks a',
        `a TASK_KILLED Command terminated with signal Terminated unhealthy ${blank}`,
        'stop',
      ],
    ],
  )
})
