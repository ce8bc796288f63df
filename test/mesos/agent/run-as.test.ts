import test from 'ava'
import { runAs } from '../../../src/mesos/agent/run-as.ts'

const switching = { switchesUsers: true }
const framework = { user: 'ann', name: 'f' }

test('a command runs as its own user, else as that of the executor around it, else as that of its framework', (t) => {
  const value = 'run'
  t.deepEqual(runAs(switching, framework, { value, user: 'bob' }, { user: 'cid' }), {
    command: { value },
    user: 'bob',
  })
  t.deepEqual(runAs(switching, framework, { value }, { user: 'cid' }), {
    command: { value },
    user: 'cid',
  })
  t.deepEqual(runAs(switching, framework, { value }), { command: { value }, user: 'ann' })
})

test('root does not switch to root, nor to nobody in particular', (t) => {
  for (const user of ['root', '']) {
    t.deepEqual(runAs(switching, { ...framework, user }, {}), { command: {} })
  }
  t.deepEqual(runAs(switching, framework, { user: 'root' }), { command: {} })
})

test('an agent that does not switch users takes no notice of them', (t) => {
  t.deepEqual(runAs({ switchesUsers: false }, framework, { value: 'run', user: 'bob' }), {
    command: { value: 'run' },
  })
})
