import test from 'ava'
import {
  hasCapability,
  isTerminal,
  rolesOf,
  sameBytes,
  TASK_STATES,
  type FrameworkInfo,
  type TaskState,
} from '../../../src/mesos/protocol/index.ts'

test('there are fourteen states of a task, each with its own number', (t) => {
  const states = Object.keys(TASK_STATES) as TaskState[]
  t.is(states.length, 14)
  t.deepEqual(
    Object.values(TASK_STATES).sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  )
  t.deepEqual(
    states.filter((state) => !isTerminal(state)),
    [
      'TASK_STARTING',
      'TASK_RUNNING',
      'TASK_STAGING',
      'TASK_KILLING',
      'TASK_UNREACHABLE',
      'TASK_UNKNOWN',
    ],
  )
})

const info: FrameworkInfo = { user: 'u', name: 'n' }

test('a framework has one role, or several with MULTI_ROLE', (t) => {
  t.deepEqual(rolesOf(info), ['*'])
  t.deepEqual(rolesOf({ ...info, role: 'a' }), ['a'])
  t.deepEqual(rolesOf({ ...info, roles: ['a', 'b'] }), ['*'])
  const capabilities = [{ type: 'MULTI_ROLE' as const }]
  t.deepEqual(rolesOf({ ...info, roles: ['a', 'b', 'a'], capabilities }), ['a', 'b'])
  t.true(hasCapability({ ...info, capabilities }, 'MULTI_ROLE'))
  t.false(hasCapability(info, 'MULTI_ROLE'))
})

test('bytes are compared by what they hold', (t) => {
  t.true(sameBytes(new Uint8Array([1, 2]), Buffer.from([1, 2])))
  t.false(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3])))
  t.false(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1])))
})
