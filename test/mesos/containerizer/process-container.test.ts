import test from 'ava'
import { testSystem } from '../../../src/actors/testkit/index.ts'
import {
  processContainer,
  type ContainerNotice,
  type ContainerSpec,
} from '../../../src/mesos/containerizer/index.ts'
import type { Environment } from '../../../src/platform/index.ts'

const spec: ContainerSpec = {
  containerId: 'c',
  command: {
    shell: false,
    value: 'node',
    arguments: ['node', '/opt/program.js', 'argument'],
    environment: { variables: [{ name: 'B', value: 'own' }] },
  },
  environment: { A: 'agent', B: 'agent' },
  sandbox: '/var/troupe/c',
}

function world(program: (environment: Environment) => void | Promise<void>) {
  const kit = testSystem({ programs: { program } })
  const owner = kit.probe<ContainerNotice>('owner')
  return { kit, owner }
}

const forever = (environment: Environment): void => {
  environment.clock.setTimer(1e9, () => undefined)
}

test('a program that ends by itself tells its exit code, and its output is in the sandbox', async (t) => {
  const { kit, owner } = world(({ processes }) => {
    const { environment: variables, args } = processes
    processes.stdout.write(`${variables['A'] ?? ''} ${variables['B'] ?? ''} ${args.join()}`)
    processes.exit(3)
  })
  kit.spawn(processContainer(spec, owner.ref))
  t.is((await owner.receive()).type, 'container-started')
  await owner.expectMessage({
    type: 'container-exited',
    containerId: 'c',
    exit: { code: 3, signal: undefined },
  })
  const output = await kit.until(kit.world.disk().readFile('/var/troupe/c/stdout'))
  t.is(new TextDecoder().decode(output), 'agent own argument')
})

test('destroy kills it', async (t) => {
  const { kit, owner } = world(forever)
  const container = kit.spawn(processContainer(spec, owner.ref))
  t.is((await owner.receive()).type, 'container-started')
  container.tell({ type: 'destroy' })
  await owner.expectMessage({
    type: 'container-exited',
    containerId: 'c',
    exit: { code: undefined, signal: 'SIGKILL' },
  })
  await owner.expectTerminated(container)
})

test('destroy before it has started kills it as soon as it has', async (t) => {
  const { kit, owner } = world(forever)
  const container = kit.spawn(processContainer(spec, owner.ref))
  container.tell({ type: 'destroy' })
  t.is((await owner.receive()).type, 'container-started')
  t.is((await owner.receive()).type, 'container-exited')
})

test('nothing is left of it when its actor stops, even while it starts', async (t) => {
  for (const isEarly of [true, false]) {
    const { kit, owner } = world(forever)
    const container = kit.spawn(processContainer(spec, owner.ref))
    if (!isEarly) await owner.receive()
    await kit.until(kit.system.stop(container))
    await kit.settle()
    t.deepEqual(
      kit.world.nodes().filter((node) => node.isAlive && node.name.startsWith('program')),
      [],
    )
  }
})

test('a command that can not be run is told with its reason', async (t) => {
  const { kit, owner } = world(forever)
  kit.spawn(processContainer({ ...spec, command: {} }, owner.ref))
  const notice = await owner.receive()
  t.is(notice.type, 'container-failed')
  t.regex(notice.type === 'container-failed' ? notice.reason : '', /`value` is missing/)
})
