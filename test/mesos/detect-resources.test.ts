import test from 'ava'
import { detectResources, formatResources, parseResources } from '../../src/mesos/index.ts'
import { memoryEnvironment, type Environment } from '../../src/platform/index.ts'

const GIGABYTE = 1024 ** 3

/** A machine of two processors with so much memory and disk. */
function machine(memoryGb: number, diskGb: number): Environment {
  const environment = memoryEnvironment().environment()
  const bytes = diskGb * GIGABYTE
  return {
    ...environment,
    processes: { ...environment.processes, totalMemoryBytes: memoryGb * GIGABYTE },
    disk: {
      ...environment.disk,
      space: () => Promise.resolve({ totalBytes: bytes, usedBytes: 0, freeBytes: bytes }),
    },
  }
}

const cases: readonly (readonly [memoryGb: number, diskGb: number, given: string, has: string])[] =
  [
    [8, 100, '', 'cpus:2; mem:7168; disk:97280; ports:[31000-32000]'],
    [1, 4, '', 'cpus:2; mem:512; disk:2048; ports:[31000-32000]'],
    [8, 100, 'cpus:0.5;mem:64', 'cpus:0.5; mem:64; disk:97280; ports:[31000-32000]'],
    [8, 100, 'cpus(spark):1;disk:10;ports:[1-2]', 'cpus(spark):1; disk:10; ports:[1-2]; mem:7168'],
    [
      8,
      100,
      '[{"name":"cpus","type":"SCALAR","scalar":{"value":3}}]',
      'cpus:3; mem:7168; disk:97280; ports:[31000-32000]',
    ],
  ]
for (const [memoryGb, diskGb, given, has] of cases) {
  test(`of ${memoryGb} GB memory and ${diskGb} GB disk an agent with '${given}' has ${has}`, async (t) => {
    const found = await detectResources(machine(memoryGb, diskGb), '/data', given)
    const expected = has.replaceAll('; ', ';')
    t.is(formatResources(parseResources(found)), formatResources(parseResources(expected)))
  })
}

test('a flag that says all is left as it is', async (t) => {
  const given = 'cpus:1;mem:1;disk:1;ports:[1-2]'
  t.is(await detectResources(machine(8, 8), '/data', given), given)
})

test('a flag that can not be read is refused', async (t) => {
  await t.throwsAsync(detectResources(machine(8, 8), '/data', 'cpus'), {
    code: 'TROUPE_MESOS_RESOURCES_UNPARSABLE',
  })
})
