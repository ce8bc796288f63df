import test from 'ava'
import { knowing, playDefault, seconds, task } from './rig.ts'

const group = (...ids: readonly string[]) =>
  ({
    type: 'LAUNCH_GROUP',
    launch_group: { task_group: { tasks: ids.map((id) => task(id)) } },
  }) as const
const running = (taskId: string) =>
  ({ type: 'container-running', taskId, containerId: `c-${taskId}` }) as const
const over = (taskId: string, code = 0) =>
  ({ type: 'container-over', taskId, exit: { code, signal: undefined } }) as const
const kill = (id: string) => ({ type: 'KILL', kill: { task_id: { value: id } } }) as const

test('all of a group start, and the executor ends with the last', (t) => {
  t.deepEqual(playDefault([group('a', 'b'), running('b'), running('a'), over('a'), over('b')]), [
    ['a TASK_STARTING', 'b TASK_STARTING', 'launch a', 'launch b'],
    ['b TASK_RUNNING'],
    ['a TASK_RUNNING'],
    ['a TASK_FINISHED Command exited with status 0'],
    ['b TASK_FINISHED Command exited with status 0', 'stop'],
  ])
})

test('a failure kills the others of its group, once, and before it is told; those of other groups go on', (t) => {
  const [, , , , , failed, second, last] = playDefault([
    group('a', 'b', 'c'),
    group('d'),
    running('a'),
    running('b'),
    running('c'),
    over('a', 1),
    over('b', 143),
    over('c', 143),
  ])
  t.deepEqual(failed, [
    'note-kill b',
    'SIGTERM b',
    'grace b in 3000',
    'note-kill c',
    'SIGTERM c',
    'grace c in 3000',
    'a TASK_FAILED Command exited with status 1',
  ])
  t.deepEqual(second, ['b TASK_KILLED Command exited with status 143'])
  t.deepEqual(last, ['c TASK_KILLED Command exited with status 143'])
})

test('a task that is killed before it runs is signalled when it does', (t) => {
  t.deepEqual(playDefault([group('a'), kill('a'), running('a'), over('a', 143)]).slice(1), [
    ['SIGTERM a', 'grace a in 3000'],
    ['a TASK_RUNNING', 'SIGTERM a'],
    ['a TASK_KILLED Command exited with status 143', 'stop'],
  ])
})

test('a second order to kill changes nothing', (t) => {
  t.deepEqual(playDefault([group('a'), running('a'), kill('a'), kill('a')])[3], [])
})

test('a container that could not be started fails its task, unless that was to be killed anyway', (t) => {
  const failed = { type: 'container-over', taskId: 'a', exit: undefined, failure: 'no' } as const
  t.deepEqual(playDefault([group('a'), failed])[1], ['a TASK_FAILED no', 'stop'])
  t.deepEqual(playDefault([group('a'), kill('a'), failed])[2], ['a TASK_KILLED', 'stop'])
})

test('a limitation says what, behind how the command ended', (t) => {
  const limitation = { reason: 'REASON_CONTAINER_LIMITATION_MEMORY', message: 'too much' } as const
  const exit = { code: undefined, signal: 'SIGKILL' }
  const ended = { type: 'container-over', taskId: 'a', exit, limitation } as const
  t.deepEqual(playDefault([group('a'), running('a'), ended])[2], [
    'a TASK_FAILED REASON_CONTAINER_LIMITATION_MEMORY Command terminated with signal Killed: too much',
    'stop',
  ])
})

test('a shutdown kills all, and takes no group any more', (t) => {
  const shutdown = { type: 'SHUTDOWN' } as const
  t.deepEqual(
    playDefault([group('a'), running('a'), shutdown, shutdown, group('b'), over('a', 1)], knowing),
    [
      ['a TASK_STARTING', 'launch a'],
      ['a TASK_RUNNING'],
      ['a TASK_KILLING', 'SIGTERM a', 'grace a in 3000'],
      [],
      [],
      ['a TASK_KILLED Command exited with status 1', 'stop'],
    ],
  )
  t.deepEqual(playDefault([shutdown]), [['stop']])
})

test('an executor that takes the place of another knows groups, kills and times', (t) => {
  const together = { group: ['a', 'b', 'c'] }
  const container = (id: string) => ({ containerId: `c-${id}`, ranMs: 1000 })
  const max_completion_time = seconds(5)
  const tasks = [
    { info: task('a'), state: 'TASK_STARTING', ...together },
    {
      info: task('b', { max_completion_time }),
      state: 'TASK_RUNNING',
      ...together,
      container: container('b'),
    },
    { info: task('c'), state: 'TASK_RUNNING', ...together, container: container('c'), kill: {} },
  ] as const
  t.deepEqual(playDefault([{ type: 'found', tasks }, over('c', 143)]), [
    ['launch a', 'completion b in 4000', 'SIGTERM c', 'grace c in 3000'],
    [
      'note-kill a',
      'SIGTERM a',
      'grace a in 3000',
      'note-kill b',
      'SIGTERM b',
      'grace b in 3000',
      'c TASK_KILLED Command exited with status 143',
    ],
  ])
})
