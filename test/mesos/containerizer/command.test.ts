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

test('a command without a value is an error', (t) => {
  t.throws(() => commandLineOf({}), { code: 'TROUPE_MESOS_COMMAND_INVALID' })
  t.throws(() => commandLineOf({ value: '' }), { code: 'TROUPE_MESOS_COMMAND_INVALID' })
})

test('node without a script is that of the path', (t) => {
  for (const args of [['-e', '1 + 1'], ['--version'], ['--no-warnings', '--print', '1 + 1'], []]) {
    const line = commandLineOf({ shell: false, value: 'node', arguments: ['node', ...args] })
    t.deepEqual(line, { command: 'node', args })
  }
})
