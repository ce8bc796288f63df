import test from 'ava'

import { answerOffer, withOverhead } from '../../../src/spark/backend/coarse-offers.ts'

const limits = { maxCores: 6, executorCores: 4, memMb: 896 }

const table: readonly (readonly [
  title: string,
  running: Readonly<Record<string, number>>,
  offer: { cpus: number; memMb: number },
  answer: string,
])[] = [
  ['all the cores of an offer', {}, { cpus: 3.5, memMb: 1024 }, 'launch 3'],
  ['no more than an executor may have', {}, { cpus: 8, memMb: 1024 }, 'launch 4'],
  ['no more than is left of the cores wanted', { b: 4 }, { cpus: 8, memMb: 1024 }, 'launch 2'],
  ['nothing when all cores wanted are taken', { b: 4, c: 2 }, { cpus: 8, memMb: 1024 }, 'decline'],
  ['one executor an agent', { a: 1 }, { cpus: 8, memMb: 1024 }, 'decline'],
  ['nothing on less than a core', {}, { cpus: 0.5, memMb: 1024 }, 'decline'],
  ['nothing on too little memory', {}, { cpus: 8, memMb: 895 }, 'decline'],
]

for (const [title, running, offer, expected] of table) {
  test(`a coarse-grained application takes ${title}`, (t) => {
    const answer = answerOffer(limits, new Map(Object.entries(running)), { agentId: 'a', ...offer })
    t.is(answer.type === 'launch' ? `launch ${answer.cores}` : answer.type, expected)
    t.true(answer.reason.length > 10)
  })
}

test('the overhead of an executor is a tenth of its memory, at least 384 MB', (t) => {
  t.is(withOverhead(512), 896)
  t.is(withOverhead(8192), 8192 + 820)
})

test('an agent on which two executors in a row have failed to start gets no more', (t) => {
  const answers = [0, 1, 2].map((failedStarts) =>
    answerOffer(limits, new Map(), { agentId: 'a', cpus: 2, memMb: 1024, failedStarts }),
  )
  t.deepEqual(
    answers.map(({ type }) => type),
    ['launch', 'launch', 'decline'],
  )
  t.regex(answers[2]?.reason ?? '', /2 executors in a row have failed to start on agent a/)
})

test('no more executors are launched than are wanted', (t) => {
  const offer = { agentId: 'c', cpus: 2, memMb: 1024 }
  const running = new Map([
    ['a', 1],
    ['b', 1],
  ])
  const answers = [1, 2, 3].map((maxExecutors) =>
    answerOffer({ ...limits, maxExecutors }, running, offer),
  )
  t.deepEqual(
    answers.map(({ type }) => type),
    ['decline', 'decline', 'launch'],
  )
  t.is(answers[1]?.reason, 'all 2 executors wanted run')
})
