import type { ExecutionContext } from 'ava'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
import { foreign, inFolder, need, pythonOf, run, testWith } from './programs.ts'

const avmesos = await foreign('avmesos')
const mesos = await foreign('real-mesos')

async function runsCommands(t: ExecutionContext, cluster: Running): Promise<void> {
  const python = pythonOf(need(t, avmesos))
  const ended = await run(python, [inFolder('clients/avmesos_framework.py'), cluster.url])
  t.is(ended.code, 0, ended.stderr)
  // What comes between the beginning and the end is for the executor to say.
  const heard = JSON.parse(ended.stdout) as Readonly<Record<string, readonly string[]>>
  const ends = Object.entries(heard).map(([name, states]) => [
    name,
    states.includes('TASK_RUNNING'),
    states.at(-1),
  ])
  t.deepEqual(ends, [
    ['badly', true, 'TASK_FAILED'],
    ['long', true, 'TASK_KILLED'],
    ['well', true, 'TASK_FINISHED'],
  ])
  await allReleased(cluster)
}

testWith(avmesos)('a framework made with avmesos runs commands on our cluster', async (t) => {
  await runsCommands(t, await startTroupe(t))
})

// Mesos says something every 15 s, and only then avmesos hears what was said before.
testWith(avmesos, mesos)('and on Mesos itself', async (t) => {
  t.timeout(120_000)
  await runsCommands(t, await startMesos(t, mesos))
})
