import test from 'ava'

import {
  ExecutorResourceRequests,
  ResourceProfileBuilder,
  TaskResourceRequests,
  type ResourceProfile,
  type SparkListenerEvent,
} from '../../../src/spark/index.ts'
import { ResourceProfileManager } from '../../../src/spark/resources/index.ts'

type Props = ConstructorParameters<typeof ResourceProfileManager>[0]

const UNSUPPORTED = 'TROUPE_SPARK_PROFILE_UNSUPPORTED'

function manager(props: Partial<Props> = {}): {
  readonly profiles: ResourceProfileManager
  readonly events: SparkListenerEvent[]
  readonly said: string[]
} {
  const events: SparkListenerEvent[] = []
  const said: string[] = []
  const profiles = new ResourceProfileManager({
    master: 'spark://here:7077',
    support: 'executors',
    isDynamic: true,
    merges: false,
    defaults: { taskCpus: 1, executorCores: 4 },
    check: () => undefined,
    publish: (event) => events.push(event),
    log: { write: (_, message) => said.push(message) },
    ...props,
  })
  return { profiles, events, said }
}

const tasks = (cpus: number): ResourceProfile =>
  new ResourceProfileBuilder().require(new TaskResourceRequests().cpus(cpus)).build()

function executors(cores: number, memory: string, cpus?: number): ResourceProfile {
  const asked = new ExecutorResourceRequests().cores(cores).memory(memory)
  const builder = new ResourceProfileBuilder().require(asked)
  return (
    cpus === undefined ? builder : builder.require(new TaskResourceRequests().cpus(cpus))
  ).build()
}

test('what a master takes: profiles of executors with dynamic allocation, of tasks without, as Spark has it', (t) => {
  const takes = (
    support: Props['support'],
    isDynamic: boolean,
    profile: ResourceProfile,
  ): boolean => {
    const { profiles } = manager({ support, isDynamic })
    try {
      profiles.add(profile)
      return true
    } catch (error) {
      t.is((error as { readonly code?: string }).code, UNSUPPORTED)
      return false
    }
  }
  const of = [tasks(1), executors(1, '1g')] as const
  const table = (['none', 'tasks', 'executors'] as const).map((support) =>
    [false, true].map((isDynamic) => of.map((profile) => takes(support, isDynamic, profile))),
  )
  t.deepEqual(table, [
    [
      [false, false],
      [false, false],
    ],
    [
      [true, false],
      [false, false],
    ],
    [
      [true, false],
      [true, true],
    ],
  ])
})

test('refusals name the master and the way out', (t) => {
  t.throws(
    () => {
      manager({ support: 'none', isDynamic: false, master: 'local[2]' }).profiles.add(tasks(1))
    },
    {
      code: UNSUPPORTED,
      message:
        /^Resource profile \d+ can't be used: TaskResourceProfiles are only supported for Standalone, .* this is local\[2\]\. Use spark:/,
    },
  )
  t.throws(
    () => {
      manager({ isDynamic: false }).profiles.add(executors(1, '1g'))
    },
    {
      code: UNSUPPORTED,
      message: /with dynamic allocation enabled; .* spark\.dynamicAllocation\.enabled is false/,
    },
  )
  const gpu = new ResourceProfileBuilder().require(new TaskResourceRequests().resource('gpu', 0.5))
  t.throws(
    () => {
      manager().profiles.add(gpu.build())
    },
    { code: UNSUPPORTED, message: /asks for gpu/ },
  )
})

test('a task can not have more cores than an executor', (t) => {
  const message = /number of cores per executor \(=4\) has to be >= the number of cpus per task = 5/
  t.throws(
    () => {
      manager().profiles.add(tasks(5))
    },
    { code: UNSUPPORTED, message },
  )
  t.notThrows(() => {
    manager().profiles.add(executors(8, '1g', 5))
  })
  t.throws(() => manager({ defaults: { taskCpus: 5, executorCores: 4 } }), { message })
})

test('listeners are told of a profile once, and its id is found', (t) => {
  const { profiles, events, said } = manager({
    defaults: { taskCpus: 1, executorCores: undefined },
  })
  const profile = executors(2, '1g', 2)
  profiles.add(profile)
  profiles.add(profile)
  t.deepEqual(events, [
    {
      type: 'SparkListenerResourceProfileAdded',
      resourceProfile: {
        id: profile.id,
        executorResources: [
          ['cores', 2],
          ['memory', 1024],
        ],
        taskResources: [['cpus', 2]],
      },
    },
  ])
  t.is(profiles.get(profile.id), profile)
  t.deepEqual([profiles.cpusOf(profile.id), profiles.coresOf(profile.id)], [2, 2])
  t.deepEqual([profiles.cpusOf(0), profiles.coresOf(0)], [1, undefined])
  t.deepEqual(said, [])
  profiles.add(tasks(1))
  t.regex(said[0] ?? '', /^Neither resource profile \d+ nor spark\.executor\.cores says/)
})

test('a stage takes the profile of its RDDs, on its executors, or on the default ones where their number is fixed', (t) => {
  const [ofTasks, ofExecutors] = [tasks(2), executors(2, '1g')]
  const { profiles } = manager()
  t.is(profiles.ofStage([]), undefined)
  profiles.add(ofTasks)
  profiles.add(ofExecutors)
  t.deepEqual(profiles.ofStage([ofTasks.id]), {
    profileId: ofTasks.id,
    executorProfileId: ofTasks.id,
    cpus: 2,
  })
  t.like(profiles.ofStage([ofExecutors.id]), { executorProfileId: ofExecutors.id, cpus: 1 })
  const fixed = manager({ isDynamic: false }).profiles
  fixed.add(ofTasks)
  t.like(fixed.ofStage([ofTasks.id]), { profileId: ofTasks.id, executorProfileId: 0, cpus: 2 })
  const two = manager({ defaults: { taskCpus: 2, executorCores: 4 } }).profiles
  t.deepEqual(two.ofStage([]), { profileId: 0, executorProfileId: 0, cpus: 2 })
})

test('several profiles in a stage are refused, or merged into the most of each, once', (t) => {
  const [a, b] = [executors(2, '2g', 1), executors(4, '1g', 2)]
  const strict = manager().profiles
  strict.add(a)
  strict.add(b)
  t.throws(() => strict.ofStage([a.id, b.id]), {
    code: 'TROUPE_SPARK_PROFILE_CONFLICT',
    message: /^Multiple ResourceProfiles specified in the RDDs for this stage \(\d+, \d+\)/,
  })
  const { profiles, events } = manager({ merges: true })
  profiles.add(a)
  profiles.add(b)
  const resources = profiles.ofStage([a.id, b.id])
  t.is(resources?.cpus, 2)
  t.deepEqual(profiles.get(resources?.profileId ?? -1)?.listened, {
    id: resources?.profileId ?? -1,
    executorResources: [
      ['cores', 4],
      ['memory', 2048],
    ],
    taskResources: [['cpus', 2]],
  })
  t.deepEqual(profiles.ofStage([b.id, a.id]), resources)
  t.is(events.length, 3)
})
