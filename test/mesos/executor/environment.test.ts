import test from 'ava'
import { executorEnvironment } from '../../../src/mesos/executor/index.ts'

const variables = {
  MESOS_AGENT_ENDPOINT: '127.0.0.1:5051',
  MESOS_FRAMEWORK_ID: 'F',
  MESOS_EXECUTOR_ID: 'e',
  MESOS_SLAVE_ID: 'S',
  MESOS_SANDBOX: '/var/troupe',
}

test('an executor learns from its environment who it is and where its agent is', (t) => {
  t.deepEqual(executorEnvironment(variables), {
    agent: { host: '127.0.0.1', port: 5051 },
    hasLine: false,
    framework_id: { value: 'F' },
    executor_id: { value: 'e' },
    agentId: 'S',
    sandbox: '/var/troupe',
    containerId: 'troupe',
    isCheckpointed: false,
    recoveryTimeoutMs: 0,
    shutdownGraceMs: 5000,
  })
})

test('the brackets of an IPv6 address are not part of it', (t) => {
  const { agent } = executorEnvironment({ ...variables, MESOS_AGENT_ENDPOINT: '[::1]:5051' })
  t.deepEqual(agent, { host: '::1', port: 5051 })
})

for (const [text, ms] of [
  ['5secs', 5000],
  ['1.5mins', 90_000],
  ['250ms', 250],
  ['2hrs', 7_200_000],
] as const) {
  test(`the duration ${text} is ${ms} ms`, (t) => {
    const read = executorEnvironment({
      ...variables,
      MESOS_CHECKPOINT: '1',
      MESOS_RECOVERY_TIMEOUT: text,
    })
    t.is(read.recoveryTimeoutMs, ms)
  })
}

test('a checkpointed executor waits for fifteen minutes if nothing is said', (t) => {
  t.is(executorEnvironment({ ...variables, MESOS_CHECKPOINT: '1' }).recoveryTimeoutMs, 900_000)
})

for (const [name, value] of [
  ['MESOS_FRAMEWORK_ID', undefined],
  ['MESOS_AGENT_ENDPOINT', 'host'],
  ['MESOS_AGENT_ENDPOINT', 'host:0'],
  ['MESOS_AGENT_ENDPOINT', ':5051'],
  ['MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD', '5'],
  ['MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD', '5 parsecs'],
] as const) {
  test(`${name}=${value ?? ''} is an error that names it`, (t) => {
    t.throws(() => executorEnvironment({ ...variables, [name]: value }), {
      code: 'TROUPE_MESOS_EXECUTOR_ENVIRONMENT',
      message: new RegExp(name),
    })
  })
}

test('an agent of the house says where its line is, and one may ask for a token', (t) => {
  const read = executorEnvironment({
    ...variables,
    TROUPE_AGENT_LINE: '127.0.0.1:6000',
    MESOS_EXECUTOR_AUTHENTICATION_TOKEN: 'abc',
  })
  t.like(read, { hasLine: true, token: 'abc', agent: { port: 6000 } })
})
