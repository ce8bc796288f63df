import type { ExecutionContext } from 'ava'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
import { foreign, need, run, testWith } from './programs.ts'

const rxjava = await foreign('mesos-rxjava')
const mesos = await foreign('real-mesos')

/** The framework hears this, wherever it runs. */
async function runsFramework(t: ExecutionContext, cluster: Running): Promise<void> {
  const directory = need(t, rxjava)
  const path = `${directory}/lib/*:${directory}/classes`
  const master = `${cluster.url}/api/v1/scheduler`
  const ended = await run('java', ['-cp', path, 'RxScheduler', master])
  t.is(ended.code, 0, ended.stderr)
  t.deepEqual(JSON.parse(ended.stdout), {
    answers: { 'task-one': 'ONE', 'task-three': 'THREE', 'task-two': 'TWO' },
    messages: ['heard you', 'working on one', 'working on three', 'working on two'],
    states: {
      'task-one': ['TASK_RUNNING', 'TASK_FINISHED'],
      'task-three': ['TASK_RUNNING', 'TASK_FINISHED'],
      'task-two': ['TASK_RUNNING', 'TASK_FINISHED'],
      'task-wait': ['TASK_RUNNING', 'TASK_KILLED'],
    },
  })
  await allReleased(cluster)
}

testWith(rxjava)(
  'a scheduler and an executor in Java, both over protobuf, run tasks on our cluster',
  async (t) => {
    await runsFramework(t, await startTroupe(t))
  },
)

testWith(rxjava, mesos)('and hear the same of Mesos itself, in Java too', async (t) => {
  await runsFramework(t, await startMesos(t, mesos))
})
