import test from 'ava'
import fc from 'fast-check'

import {
  answerTaskOffer,
  type TaskLimits,
  type TaskOffer,
} from '../../../src/spark/backend/task-offers.ts'

const limits: TaskLimits = {
  executorCores: 0.5,
  taskCpus: 1,
  memMb: 896,
  constraints: new Map([['os', ['linux']]]),
  unmetRefuseSeconds: 60,
}
const linux = { name: 'os', type: 'TEXT', text: { value: 'linux' } } as const
const offer: TaskOffer = {
  agentId: 'a',
  cpus: 3.5,
  memMb: 1024,
  attributes: [linux],
  hasExecutor: false,
  failedStarts: 0,
}

const table: readonly (readonly [title: string, change: Partial<TaskOffer>, answer: string])[] = [
  ['a task a core, besides the cores of an executor', {}, 'lend 3'],
  ['a task a core where there is an executor', { hasExecutor: true }, 'lend 3'],
  ['one more where nothing is needed besides', { hasExecutor: true, cpus: 4 }, 'lend 4'],
  ['nothing on less than a core besides', { cpus: 1.499 }, 'decline'],
  ['all of a core that is just enough', { cpus: 1.5 }, 'lend 1'],
  ['nothing on too little memory', { memMb: 895 }, 'decline'],
  ['tasks without memory where there is an executor', { memMb: 0, hasExecutor: true }, 'lend 3'],
  ['nothing on an agent that lacks an attribute', { attributes: [] }, 'decline for 60 s'],
  ['nothing where executors do not start', { failedStarts: 2 }, 'decline'],
]

for (const [title, change, expected] of table) {
  test(`a fine-grained application takes ${title}`, (t) => {
    const answer = answerTaskOffer(limits, { ...offer, ...change })
    const seconds = answer.type === 'decline' ? answer.refuseSeconds : undefined
    const forSeconds = seconds === undefined ? '' : ` for ${seconds} s`
    t.is(answer.type === 'lend' ? `lend ${answer.slots}` : `decline${forSeconds}`, expected)
    t.true(answer.reason.length > 10)
  })
}

test('no more cores are ever taken than are offered', (t) => {
  const cores = fc.integer({ min: 0, max: 64_000 }).map((thousandths) => thousandths / 1000)
  fc.assert(
    fc.property(cores, cores, fc.boolean(), (cpus, executorCores, hasExecutor) => {
      const answer = answerTaskOffer({ ...limits, executorCores }, { ...offer, cpus, hasExecutor })
      const own = hasExecutor ? 0 : executorCores
      return answer.type === 'decline' || answer.slots + own <= cpus + 1e-9
    }),
  )
  t.pass()
})
