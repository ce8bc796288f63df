import test, { type ExecutionContext } from 'ava'

import { formatExplanation, type Explanation } from '../../../src/actors/index.ts'
import type { SparkEvent } from '../../../src/spark/index.ts'
import { counts, expected, startCluster, type Cluster } from './simulated-cluster.ts'

interface Told extends Cluster {
  /** The failure of the task that ran on the killed executor. */
  readonly failed: Extract<SparkEvent, { readonly type: 'task-failed' }>
  readonly explain: (what: string) => Promise<string>
}

/** The word count, with the executor killed that runs the first reduce task. */
async function disturbed(t: ExecutionContext): Promise<Told> {
  const cluster = await startCluster(t, 2)
  const { world, sc, events, system } = cluster
  let victim: string | undefined
  sc.addListener((event) => {
    if (victim !== undefined || event.type !== 'task-start' || event.stageId !== 1) return
    victim = event.executorId
    const [process] = world
      .nodes()
      .filter(({ name, isAlive }) => isAlive && name.startsWith('mesos-executor'))
    world.kill(process?.name ?? '')
  })
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  const failed = events.find((event) => event.type === 'task-failed')
  if (failed?.type !== 'task-failed') throw new TypeError('no task has failed')
  const explain = async (what: string): Promise<string> =>
    formatExplanation(await world.until(system.explain(what)), 10_000)
  return { ...cluster, failed, explain }
}

/** The parts of an explanation by their headings, in their order. */
function sections(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n\n').map((part): [string, string] => {
      const [head = '', ...lines] = part.split('\n')
      return [head, lines.join('\n')]
    }),
  )
}

test('a task that ran again is explained from its stage down to the agent that lost its executor', async (t) => {
  const { explain, failed } = await disturbed(t)
  const id = `1.0/${failed.partition}`
  const told = sections(await explain(`task ${id}`))
  const has = (heading: string, pattern: RegExp): void => {
    t.regex(told.get(heading) ?? '', pattern, heading)
  }
  has(
    'Jobs',
    /Which stages does job 0 \(collect at explain\.test\.ts:\d+\) need\? Stage 0 \(writing shuffle 0, 6 partitions, running\); stage 1/,
  )
  has(
    'Stages',
    /May stage 1 \(collect at explain\.test\.ts:\d+\) run\? Not yet: it waits for stage 0, .* 1 with map outputs missing \(shuffle 0, 6 of 6\)/,
  )
  has(
    'Stages',
    /May stage 1 \(collect at explain\.test\.ts:\d+\) run\? Yes, as attempt 0 with 3 tasks, because shuffle 0 is complete/,
  )
  has(
    'Placement of tasks',
    new RegExp(
      `Where does task ${id} run, try 0\\? Executor 0, because executor 0 has a free slot`,
    ),
  )
  has(
    'Failures of tasks',
    new RegExp(
      `What is to become of task ${id}, whose try 0 has failed on executor 0 .*\\? Restart: .* failure 1 of at most 4`,
    ),
  )
  has(
    'Executors of the application',
    /What is executor 0 to the application\? Lost: .*REASON_EXECUTOR_TERMINATED/,
  )
  has(
    'Offers, as the application answered them',
    /Is there use for offer \S+-O0 of 1 cpus and 1024 MB on agent \S+-S0\? Yes: executor 0 is launched with 1 core/,
  )
  has(
    'Offers',
    /What becomes of cpus:1;mem:1024 of agent \S+-S0, which allocation \d+ holds for framework \S+\? Offer \S+-O0, sent/,
  )
  has(
    'Allocations',
    /Who is offered what is free on 2 agents\? .* because the least dominant share comes first \(\S+-0000 at 0 %\)/,
  )
  has('Launches', /What is launched out of offer \S+-O0, .*\? Task 0 on agent \S+-S0/)
  has(
    'States of tasks, as the master knows them',
    /What is the state of task 0 of framework \S+\? TASK_FAILED, because its agent says so/,
  )
  has('Agents', /What is agent \S+-S0 to the cluster\? Registered as one, with cpus:1;mem:1024/)
  has(
    'Executors on their agents',
    /What becomes of 1 task of executor \S+-0, whose container \S+ was ended by signal 9\?/,
  )
  has(
    'Supervision',
    new RegExp(
      `What is to become of \\S+/dag-scheduler/stage-1\\.0/task-${failed.partition}, which has failed \\(TROUPE_SPARK_EXECUTOR_LOST.*\\? Restart`,
    ),
  )
  // Floors from the engine down to the runtime.
  const [, ...headings] = [...told.keys()]
  t.deepEqual(
    headings.filter((heading) => ['Jobs', 'Offers', 'Supervision'].includes(heading)),
    ['Jobs', 'Offers', 'Supervision'],
  )
})

test('an offer is explained from the allocation that made it to what it was used for', async (t) => {
  const { explain, world, system } = await disturbed(t)
  const { answers } = await world.until(system.explain('executor 0'))
  const offer = answers
    .flatMap(({ records }) => records)
    .flatMap(({ about }) => about.filter((one) => one.startsWith('offer ')))[0]
  const text = await explain(offer ?? '')
  const told = sections(text)
  t.regex(
    told.get('Offers, as the application answered them') ?? '',
    /- met: memory enough for an executor with its overhead \(1024 MB offered, 640 MB needed\)/,
  )
  t.regex(told.get('Allocations') ?? '', /Who is offered what is free/)
  t.regex(told.get('Launches') ?? '', /What is launched out of offer/)
  const run = /which allocation (\d+) holds/.exec(text)?.[1]
  const whole = (await world.until(
    system.explain(`allocation ${run}`, { at: masterOf(answers) }),
  )) satisfies Explanation
  const accounts = whole.answers.flatMap(({ records }) => records.flatMap(({ full }) => full))
  t.true(
    accounts.some((line) =>
      /^framework \S+ had a dominant share of 0 %, holding nothing$/.test(line),
    ),
  )
  t.true(accounts.some((line) => /^agent \S+-S1 had cpus:1;mem:1024 free$/.test(line)))
})

function masterOf(answers: Explanation['answers']): string {
  const master = answers.find(({ node }) => node.startsWith('master@'))
  return master?.node.split('@')[1] ?? ''
}

test('a job is explained with its stages, its failures and what was computed again', async (t) => {
  const { explain, events } = await disturbed(t)
  const told = sections(await explain('job 0'))
  t.regex(
    told.get('Jobs') ?? '',
    /How does job 0 end\? It has succeeded, because all its results are there\./,
  )
  const lost = events.flatMap((event) => (event.type === 'outputs-lost' ? event.outputs : []))
  t.regex(
    told.get('Stages') ?? '',
    new RegExp(
      `May stage 0 \\(map at simulated-cluster\\.ts:\\d+\\) run\\? Yes, as attempt 1 with ${lost.length} task.* only ${lost.length} of 6 partitions are missing`,
    ),
  )
  t.regex(told.get('Failures of tasks') ?? '', /Restart: it runs again/)
})

test('a framework that waits is told its share, its filters, and what an allocation would say now', async (t) => {
  const { explain, world, system } = await disturbed(t)
  const { answers } = await world.until(system.explain('executor 0'))
  const framework = /framework (\S+?-\d{4})/.exec(await explain('executor 0'))?.[1]
  const text = formatExplanation(
    await world.until(system.explain(`framework ${framework}`, { at: masterOf(answers) })),
    10_000,
  )
  t.regex(text, /framework \S+ is active, in 1 role \(\*\), with a dominant share of 100 %\./)
  t.regex(
    text,
    /A filter keeps up to mem:384 of agent \S+ from framework \S+ in role \* for \d+ ms more\./,
  )
  t.regex(
    text,
    /An allocation at this moment would say: rejected: .* kept off by a filter of their own\./,
  )
})

test('an executor actor is explained on its own node, and a node that is gone is named', async (t) => {
  const { explain, world, system } = await disturbed(t)
  const ofLost = await world.until(system.explain('executor 0'))
  t.is(ofLost.unanswered.length, 1)
  t.regex(ofLost.unanswered[0]?.subject ?? '', /^actor \/user\/executor executor$/)
  const ofAlive = await world.until(system.explain('executor 1'))
  const at = ofAlive.answers
    .flatMap(({ records }) => records.flatMap(({ see = [] }) => see))
    .find(({ subject }) => subject.startsWith('actor /user/executor '))?.at
  t.not(at, undefined)
  const text = formatExplanation(
    await world.until(system.explain('/user/executor', { at })),
    10_000,
  )
  t.regex(text, /troupe:\/\/executor\/user\/executor is running, with 0 messages waiting/)
  t.regex(await explain('executor 1'), /Executor 1 on \S+ has 1 of 1 slot free\./)
})
