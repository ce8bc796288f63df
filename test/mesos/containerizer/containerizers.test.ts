import test from 'ava'
import { testSystem } from '../../../src/actors/testkit/index.ts'
import {
  makeContainerizers,
  type ContainerizerOptions,
  type ContainerNotice,
} from '../../../src/mesos/containerizer/index.ts'

const runtimeDirectory = '/run/containers'

async function refusal(options: Partial<ContainerizerOptions>): Promise<string> {
  const kit = testSystem()
  const environment = kit.world.environment('agent')
  const made = makeContainerizers(environment, { runtimeDirectory, ...options })
  return kit.until(
    made.then(
      () => 'none',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    ),
  )
}

test('unknown names are refused with the nearest that there is', async (t) => {
  t.regex(
    await refusal({ isolation: 'cgroup/cpu' }),
    /no such isolator \(did you mean cgroups\/cpu\?\)/,
  )
  t.regex(
    await refusal({ isolation: 'everything' }),
    /no such isolator\. These there are: posix\/cpu/,
  )
  t.regex(await refusal({ isolation: 'disk/xfs' }), /one of Mesos that Troupe does not have/)
  t.regex(
    await refusal({ containerizers: 'messo' }),
    /no such containerizer \(did you mean mesos\?\)/,
  )
})

test('what a machine can not do is said at the start', async (t) => {
  const says = await refusal({ isolation: 'cgroups/cpu,cgroups/mem' })
  t.regex(says, /^This machine can't isolate as --isolation says: it takes root\. Plain processes/)
  t.is(await refusal({}), 'none')
})

test('a container that no containerizer takes is told in the words of Mesos', async (t) => {
  const kit = testSystem()
  const environment = kit.world.environment('agent')
  const made = await kit.until(makeContainerizers(environment, { runtimeDirectory }))
  const owner = kit.probe<ContainerNotice>('owner')
  const container = { type: 'DOCKER', docker: { image: 'busybox' } } as const
  const spec = {
    containerId: 'c',
    command: { value: 'true' },
    environment: {},
    sandbox: '/s',
    container,
  }
  kit.spawn(made.containerizer(spec, owner.ref))
  const notice = await owner.receive()
  t.is(notice.type, 'container-failed')
  t.is(
    notice.type === 'container-failed' ? notice.reason : '',
    'None of the enabled containerizers (mesos) could create a container for the provided TaskInfo/ExecutorInfo message',
  )
})
