import test from 'ava'

import {
  ExecutorResourceRequests,
  ResourceProfileBuilder,
  TaskResourceProfile,
  TaskResourceRequests,
} from '../../../src/spark/index.ts'

test('a profile has what was asked for last, sizes in MiB, under an id of its own', (t) => {
  const executors = new ExecutorResourceRequests()
    .cores(2)
    .cores(4)
    .memory('2g')
    .memoryOverhead(384)
    .offHeapMemory('64m')
  const builder = new ResourceProfileBuilder()
    .require(executors)
    .require(new TaskResourceRequests().cpus(2))
  const profile = builder.build()
  const amounts = [...profile.executorResources].map(([name, { amount }]) => [name, amount])
  t.deepEqual(amounts, [
    ['cores', 4],
    ['memory', 2048],
    ['memoryOverhead', 384],
    ['offHeap', 64],
  ])
  t.is(profile.taskResources.get('cpus')?.amount, 2)
  t.true(profile.id >= 1)
  const again = builder.build()
  t.is(again.id, profile.id + 1)
  t.true(again.resourcesEqual(profile))
  t.regex(
    String(profile),
    /^Profile: id = \d+, executor resources: cores -> name: cores, amount: 4, script: , vendor: ,/,
  )
})

test('a profile does not change with what it was built from', (t) => {
  const builder = new ResourceProfileBuilder().require(new TaskResourceRequests().cpus(2))
  const profile = builder.build()
  builder.clearTaskResourceRequests().require(new ExecutorResourceRequests().cores(1))
  t.is(profile.taskResources.get('cpus')?.amount, 2)
  t.is(profile.executorResources.size, 0)
  t.is(builder.taskResources.size, 0)
  t.is(builder.clearExecutorResourceRequests().executorResources.size, 0)
})

test('without a word about executors it is a profile of tasks', (t) => {
  const tasks = new TaskResourceRequests().cpus(1)
  t.true(new ResourceProfileBuilder().require(tasks).build() instanceof TaskResourceProfile)
  const executors = new ExecutorResourceRequests().cores(1)
  const both = new ResourceProfileBuilder().require(tasks).require(executors)
  t.false(both.build() instanceof TaskResourceProfile)
})

const REFUSED: readonly (readonly [string, () => unknown])[] = [
  ['no core', () => new ExecutorResourceRequests().cores(0)],
  ['half a core', () => new ExecutorResourceRequests().cores(1.5)],
  ['a size without a unit that is known', () => new ExecutorResourceRequests().memory('2x')],
  ['no size', () => new ExecutorResourceRequests().memory({} as unknown as string)],
  ['a resource without a name', () => new ExecutorResourceRequests().resource('', 1)],
  ['no cpu', () => new TaskResourceRequests().cpus(0)],
  ['more than half of a thing', () => new TaskResourceRequests().resource('gpu', 0.7)],
  ['nothing of a thing', () => new TaskResourceRequests().resource('gpu', 0)],
  [
    'something else',
    () => new ResourceProfileBuilder().require({} as unknown as TaskResourceRequests),
  ],
]
for (const [what, ask] of REFUSED) {
  test(`${what} is refused at once`, (t) => {
    t.throws(ask, { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  })
}
