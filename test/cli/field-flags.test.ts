import test from 'ava'
import { Command } from '../../src/cli/command-line.ts'
import { fieldArguments } from '../../src/cli/field-flags.ts'
import { memoryEnvironment } from '../../src/platform/index.ts'
import { troupe } from './command-line.ts'

const command = new Command('master')
  .option('--work-dir <directory>')
  .option('--port <port>')
  .option('--whitelist <file>')
  .option('--no-filter-gpu-resources')
  .option('--verbose')

function given(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const world = memoryEnvironment()
  const here = world.environment('main', { environment })
  const written = here.disk.writeFile('/port', new TextEncoder().encode(' 5051\n'))
  return world.until(written.then(() => fieldArguments(here, command, args)))
}

const cases: readonly (readonly [
  what: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  expected: readonly string[],
])[] = [
  [
    'underscores',
    ['--work_dir=/a_b', '--work_dir', '/c_d'],
    {},
    ['--work-dir=/a_b', '--work-dir', '/c_d'],
  ],
  [
    'files',
    ['--port=file:///port', '--port', 'file:///port'],
    {},
    ['--port=5051', '--port', '5051'],
  ],
  [
    'a path that stays one',
    ['--whitelist=file:///port', '--whitelist', 'file:///port'],
    {},
    ['--whitelist=/port', '--whitelist', '/port'],
  ],
  ['the environment', [], { MESOS_WORK_DIR: '/w', MESOS_OTHER: 'x' }, ['--work-dir=/w']],
  ['the environment with a file', [], { MESOS_PORT: 'file:///port' }, ['--port=5051']],
  ['arguments before the environment', ['--port', '1'], { MESOS_PORT: '2' }, ['--port', '1']],
  [
    'a flag that is switched off',
    ['--filter_gpu_resources=false'],
    {},
    ['--no-filter-gpu-resources'],
  ],
  ['a flag that stays on', ['--filter_gpu_resources=true'], {}, []],
  [
    'a switch of the environment',
    [],
    { MESOS_FILTER_GPU_RESOURCES: 'false', MESOS_VERBOSE: 'true' },
    ['--no-filter-gpu-resources', '--verbose'],
  ],
  ['a switch that is off there', [], { MESOS_VERBOSE: 'false' }, []],
]

for (const [what, args, environment, expected] of cases) {
  test(`flags of the field: ${what}`, async (t) => {
    t.deepEqual(await given(args, environment), expected)
  })
}

test('a file that is not there is refused with its path', async (t) => {
  await t.throwsAsync(given(['--port=file:///none']), { message: /^\/none can't be read/ })
})

test('an unknown flag of a master is refused with a suggestion', async (t) => {
  const { code, stderr } = await troupe('master', '--work_dri=/tmp/x')
  t.is(code, 2)
  t.regex(stderr, /unknown option '--work-dri'\n\(Did you mean --work-dir\?\)/)
})

test('the help of a master names its flags', async (t) => {
  const { code, stdout } = await troupe('master', '--help')
  t.is(code, 0)
  for (const flag of [
    ...['--port', '--work-dir', '--roles', '--weights', '--allocation-interval'],
    ...['--agent-ping-timeout', '--max-agent-ping-timeouts', '--agent-reregister-timeout'],
    '--agent-removal-rate-limit',
  ]) {
    t.true(stdout.includes(flag), flag)
  }
})
