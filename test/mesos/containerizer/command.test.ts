import test from 'ava'
import { commandLineOf } from '../../../src/mesos/containerizer/index.ts'

test('a shell command goes to sh as one text', (t) => {
  t.deepEqual(commandLineOf({ value: 'echo $A | wc', arguments: ['ignored'] }), {
    command: '/bin/sh',
    args: ['-c', 'echo $A | wc'],
  })
})

test('without a shell the first argument is only a name', (t) => {
  t.deepEqual(commandLineOf({ shell: false, value: '/bin/ls', arguments: ['ls', '-l'] }), {
    command: '/bin/ls',
    args: ['-l'],
  })
})

test("node is the agent's own, with its options apart from the script's", (t) => {
  const command = commandLineOf({
    shell: false,
    value: 'node',
    arguments: ['node', '--max-old-space-size=512', '/opt/run.js', '--cores', '2'],
  })
  t.deepEqual(command, {
    command: '/opt/run.js',
    args: ['--cores', '2'],
    node: true,
    nodeArgs: ['--max-old-space-size=512'],
  })
})

test('a command without a value, and node without a script, are errors', (t) => {
  t.throws(() => commandLineOf({}), {
    code: 'TROUPE_MESOS_COMMAND_INVALID',
    message: /its `value` is missing/,
  })
  t.throws(() => commandLineOf({ shell: false, value: 'node', arguments: ['node', '-e'] }), {
    code: 'TROUPE_MESOS_COMMAND_INVALID',
    message: /needs a script/,
  })
})
