import test from 'ava'

import { parseAttributes } from '../../../src/mesos/index.ts'
import { parseConstraints, unmetConstraint } from '../../../src/spark/backend/constraints.ts'
import { answerOffer } from '../../../src/spark/backend/coarse-offers.ts'
import { executorCommand } from '../../../src/spark/backend/mesos-command.ts'

const parse = (text: string): ReturnType<typeof parseConstraints> =>
  parseConstraints('spark.mesos.constraints', text)
const agent = parseAttributes('os:centos7;zone:b;disks:4;ports:[1000-2000]')

for (const [text, isMet] of [
  ['', true],
  ['os:centos7', true],
  ['os:centos7;zone:a,b', true],
  ['os', true],
  ['os:', true],
  ['rack:', false],
  ['os:centos6', false],
  ['os:centos7;zone:a,c', false],
  ['disks:4', true],
  ['disks:2', true],
  ['disks:8', false],
  ['ports:1500', true],
  ['ports:99,2000', true],
  ['ports:99', false],
] as const) {
  test(`an agent ${isMet ? 'meets' : 'does not meet'} ${JSON.stringify(text)}`, (t) => {
    t.is(unmetConstraint(parse(text), agent) === undefined, isMet)
  })
}

test('constraints that can not be read are refused', (t) => {
  for (const text of [':a', 'os:a;os:b']) {
    t.throws(() => parse(text), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  }
})

test('what is declined is refused for as long as its reason says', (t) => {
  const refuseSeconds = { byDefault: 1, unmetConstraints: 2, reachedMaxCores: 3 }
  const limits = { maxCores: 4, executorCores: 4, memMb: 896, refuseSeconds }
  const offer = { agentId: 'a', cpus: 8, memMb: 1024, attributes: agent }
  const refused = (more: object, running: Readonly<Record<string, number>> = {}): unknown => {
    const answer = answerOffer({ ...limits, ...more }, new Map(Object.entries(running)), offer)
    return answer.type === 'decline' ? answer.refuseSeconds : answer.type
  }
  t.is(refused({}), 'launch')
  t.is(refused({ constraints: parse('rack:1') }), 2)
  t.is(refused({}, { b: 4 }), 3)
  t.is(refused({ memMb: 4096 }), 1)
})

test('an executor is started from its home on the agent, or looked for in what was fetched', (t) => {
  const program = { uris: ['http://host/data.csv'], isCached: true }
  const home = executorCommand({ ...program, executorHome: '/opt/troupe/' }, 256, { A: 'b' })
  t.like(home, { shell: false, value: 'node' })
  t.regex(
    home.arguments?.[2] ?? '',
    /^\/opt\/troupe\/build\/src\/spark\/backend\/mesos-executor-main\.js$/,
  )
  t.deepEqual(home.uris, [{ value: 'http://host/data.csv', cache: true }])
  t.deepEqual(home.environment?.variables, [{ name: 'A', value: 'b' }])
  const fetched = executorCommand({ ...program, executorUri: '/troupe.tgz' }, 256, {})
  t.is(fetched.shell, true)
  t.is(fetched.uris?.[0]?.value, '/troupe.tgz')
})
