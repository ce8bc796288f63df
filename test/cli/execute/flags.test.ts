import test from 'ava'
import { troupe } from '../command-line.ts'

const task = '{"name":"a","task_id":{"value":"a"},"command":{"value":"true"}}'

for (const [name, args, says] of [
  ['no name', ['--command', 'true'], /give it a --name, or a --task or --task-group/],
  ['nothing to run', ['--name', 'a'], /give it a --command to run/],
  ['nothing to run without a shell', ['--name', 'a', '--no-shell'], /or a --docker-image/],
  ['arguments for a shell', ['--name', 'a', '--command', 'echo', '--', 'b'], /are for --no-shell/],
  ['variables that are no texts', ['--env', '{"A":1}'], /a JSON object of texts/],
  ['resources that are none', ['--resources', 'cpus'], /'cpus'/],
  ['a task and a command', ['--task', task, '--command', 'b'], /cannot be used with option/],
  ['a task that is no JSON', ['--task', '{'], /can't be read: /],
  ['a task without an id', ['--task', '{"name":"a"}'], /Missing required fields: task_id/],
  ['a volume that is none', ['--volumes', '[{"mode":"RW"}]'], /Missing required fields: /],
  ['an unknown capability', ['--framework_capabilities=FAST'], /'FAST' is none of REVOCABLE_/],
  ['a time that is none', ['--kill_after=soon'], /It is no duration/],
] as const) {
  test.serial(`${name} is refused`, async (t) => {
    const { code, stderr } = await troupe('execute', '--master', '127.0.0.1:1', ...args)
    t.is(code, 2, stderr)
    t.regex(stderr, says)
  })
}

test('where no master is, it says so within the time it was given', async (t) => {
  const args = ['--name', 'a', '--command', 'true', '--offer_timeout=300ms']
  const { code, stderr } = await troupe('execute', '--master', '127.0.0.1:1', ...args)
  t.is(code, 1)
  t.regex(
    stderr,
    /Nothing was launched within 0\.3 s .*: no session with the master: .*ECONNREFUSED/,
  )
})
