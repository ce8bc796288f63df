import type { ExecutionContext } from 'ava'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
import { foreign, inFolder, need, pythonOf, run, testWith } from './programs.ts'

const pymesos = await foreign('pymesos')
const mesos = await foreign('real-mesos')

/** The framework hears this, wherever it runs. */
async function runsFramework(t: ExecutionContext, cluster: Running): Promise<void> {
  const python = pythonOf(need(t, pymesos))
  const address = cluster.url.replace('http://', '')
  const ended = await run(python, [inFolder('clients/pymesos_scheduler.py'), address])
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

testWith(pymesos)('pymesos runs tasks in an executor of its own on our cluster', async (t) => {
  await runsFramework(t, await startTroupe(t))
})

testWith(pymesos, mesos)('and hears the same of Mesos itself', async (t) => {
  await runsFramework(t, await startMesos(t, mesos))
})
